import type { INodeProperties } from 'n8n-workflow';
import { MicrosoftDefenderOAuth2Api } from '../../credentials/MicrosoftDefenderOAuth2Api.credentials';
import { DefenderLiveResponse } from '../../nodes/DefenderLiveResponse/DefenderLiveResponse.node';
import { DefenderLiveResponseTrigger } from '../../nodes/DefenderLiveResponse/DefenderLiveResponseTrigger.node';

/** Characters of a line, measured in n8n 2.41.1 at 1440 px: fields of the node are 387 px wide, those of a credential 518 px. */
const LINE = { node: 60, credential: 84 };

/** What a field or one of its choices says of itself; the description for a model is another text. */
function saidBy(entry: unknown, where: string): Array<[string, string]> {
	if (Array.isArray(entry)) return entry.flatMap((each) => saidBy(each, where));
	if (typeof entry !== 'object' || entry === null) return [];
	const { name, description, hint } = entry as Partial<INodeProperties>;
	const place = name ? `${where}.${name}` : where;
	const said = [description, hint].filter((text) => typeof text === 'string').map((text): [string, string] => [place, text]);
	return [...said, ...Object.values(entry).flatMap((each) => saidBy(each, place))];
}

it.each([
	['node', new DefenderLiveResponse().description.properties, LINE.node],
	['trigger', new DefenderLiveResponseTrigger().description.properties, LINE.node],
	['credential', new MicrosoftDefenderOAuth2Api().properties, LINE.credential],
])('no description or hint of the %s is longer than two lines', (what, properties, line) => {
	const long = new Map(saidBy(properties, what).filter(([, text]) => text.length > 2 * line));
	expect([...long].map(([place, text]) => `${place}: ${text.length} characters: ${text}`)).toEqual([]);
});
