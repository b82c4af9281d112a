import { startEmulator } from '../../playground/emulator';
import { endedScript } from '../../test/support/actions';
import type { Run } from '../n8n/benchN8n';
import { BenchN8n } from '../n8n/benchN8n';
import { floorNode, linksOf, ourNode } from '../n8n/workflows';
import { inTurn, ratio, repeated, shown } from '../pairs';
import type { Figures, Part } from '../part';

const RESULTS = 1_000;

async function measure(): Promise<Figures> {
	const emulator = await startEmulator({ limits: 'none' });
	const ids = Array.from({ length: RESULTS }, (_, i) => endedScript(emulator, { output: `output ${i}\n`.repeat(20) }));
	const workflows = { ours: ourNode(), helpers: floorNode(emulator, 'helpers'), axios: floorNode(emulator, 'axios') };
	const n8n = await BenchN8n.start(emulator, Object.values(workflows));
	/** What our node asks for before it asks for links. */
	const looks: string[] = [];
	const requests = () => ({ status: looks, links: linksOf(emulator, ids) });
	const measured = await inTurn({
		async ours() {
			const run = await n8n.run(workflows.ours, { ids });
			const lists = emulator.requests.filter(({ operation }) => operation === 'action.list');
			looks.splice(0, looks.length, ...lists.map(({ url }) => `${emulator.apiUrl}${url}`));
			return run;
		},
		helpers: async () => await n8n.run(workflows.helpers, requests()),
		axios: async () => await n8n.run(workflows.axios, requests()),
	});
	await n8n.stop();
	await emulator.close();
	const nodeMs = ({ nodesMs }: Run) => nodesMs.Defender ?? nodesMs.Bench;
	const names = { ours: 'the node', helpers: "n8n's helpers alone", axios: 'bare axios' } as const;
	const row = (name: keyof typeof names) => {
		const runs = measured[name];
		return [names[name], shown(repeated(runs.map(nodeMs)), 0), shown(repeated(runs.map(({ cpuMs }) => cpuMs)), 0), runs[0].calls];
	};
	const { median, least, most } = ratio(measured.ours, measured.helpers, nodeMs);
	return {
		goals: [{ what: 'time in the node beside the helpers alone', figure: median, spread: [least, most], atMost: 1.1 }],
		tables: [
			{
				columns: [`${RESULTS} results`, 'time in the node (ms)', 'CPU time (ms)', 'requests'],
				rows: (['ours', 'helpers', 'axios'] as const).map(row),
			},
		],
	};
}

export const floor: Part = {
	title: 'The floor',
	text: `The requests for ${RESULTS} results, in the real n8n: by our node; by a node that sends the same ones by n8n's own helpers, as many at a time, and does nothing else; and by axios alone, with a new connection for each, without reading a credential or checking a token. Where the difference goes: in a profile of n8n's process (made by hand on 2026-11-25, 2,000 results) 45 % of the time of the helpers alone was spent on reading the credential again for each request, from the database through decryption to its expressions. The node reads it once in ten seconds. Its largest single cost then, n8n's evaluation of each item's Machine Action (15 %), is saved today where that expression only names fields of the item.`,
	measure,
};
