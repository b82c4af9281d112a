import type { IDataObject } from 'n8n-workflow';
import type { Example } from '../../../playground/n8n/examples';
import { readExample } from '../../../playground/n8n/examples';
import { nodeOf } from '../examples/exampleNodes';

/** What the shipped tick counts in minutes, and what replaces it, by the text of the workflow. */
const TIMES = (hiddenSeconds: number): Array<[minutes: string, seconds: string]> => [
	// Until a device's next turn.
	['plus({ minutes })', 'plus({ seconds: minutes })'],
	// For how long a row that an execution works on is hidden from the others.
	["plus({ minutes: $json.state === 'running' ? 4 : 10 })", `plus({ seconds: ${hiddenSeconds} })`],
	// After how long a session is wanted back.
	['minus({ minutes: 4 })', 'minus({ seconds: 9 })'],
	// From the deadline on.
	['minus({ minutes })', 'minus({ seconds: minutes })'],
];

/**
 * The tick of the sweep, every three seconds, with seconds in place of the minutes in which it counts.
 *
 * @param hiddenSeconds for how long a row that an execution works on is hidden from the others
 * @param maxSessions more than there are devices that are off, and fewer than all
 */
export function fastTick(hiddenSeconds: number, maxSessions: number): Example {
	let text = JSON.stringify(readExample('sweep-tick.json'));
	for (const [minutes, seconds] of TIMES(hiddenSeconds)) {
		if (!text.includes(minutes)) throw new Error(`The tick has no ${minutes}`);
		text = text.replaceAll(minutes, seconds);
	}
	const example = JSON.parse(text) as Example;
	nodeOf(example, 'Every Minute').parameters.rule = { interval: [{ field: 'seconds', secondsInterval: 3 }] };
	(nodeOf(example, 'Run').parameters.options as IDataObject).maxSessions = maxSessions;
	return example;
}
