import type { IDataObject, IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';
import type { Outcome } from '../result/outcome';
import { LABELS } from '../service/labels';

const MAX_NAMED = 3;

/** The panel shows a hint as HTML, and a device's name is anybody's text: other names are only counted. */
const PLAIN_NAME = /^[\w.-]{1,64}$/;

/** A run that was paced for less does not need to say so, in ms. */
const MIN_PACED_MS = 60_000;

const ADVICE: Partial<Record<Outcome, { are: [one: string, several: string]; advice: string }>> = {
	pending: {
		are: ['is still unfinished', 'are still unfinished'],
		advice: `Ask for them again later with Get Result (a package: Get Package), or raise ${LABELS.maxWait}. A device that is offline starts when it is back.`,
	},
	notSent: { are: ['was not sent', 'were not sent'], advice: `Their errors say why. Run them again later, or raise ${LABELS.maxWait}.` },
	unreadable: {
		are: ['cannot be read', 'cannot be read'],
		advice: 'Their errors say why. Check the device before you rely on the script.',
	},
	refused: { are: ['was refused', 'were refused'], advice: 'Their error says why, and whether anything was sent.' },
};

/** The results among items: of those that 'Output: Split' made of one result, the first. */
function resultsOf(items: IDataObject[]): IDataObject[] {
	const results = new Map<string, IDataObject>();
	for (const [place, item] of items.entries()) {
		if (typeof item.outcome !== 'string') continue;
		const { machineActionId, commandIndex } = item;
		const key = typeof machineActionId === 'string' ? `${machineActionId} ${String(commandIndex)}` : `item ${place}`;
		if (!results.has(key)) results.set(key, item);
	}
	return [...results.values()];
}

function named(results: IDataObject[]): string {
	const names = [...new Set(results.map(({ computerDnsName: name }) => name))].filter(
		(name) => typeof name === 'string' && PLAIN_NAME.test(name),
	);
	if (names.length === 0) return '';
	return ` (${names.slice(0, MAX_NAMED).join(', ')}${names.length > MAX_NAMED ? ', …' : ''})`;
}

const minutes = (ms: number) => (ms < 2 * MIN_PACED_MS ? '1 minute' : `${Math.floor(ms / MIN_PACED_MS)} minutes`);

/**
 * What the output panel says after a run: how many results are unfinished, unreadable, refused or cut, and what to do.
 *
 * @param pacedMs how long the service's limits made the slowest item wait
 */
export function runHints(items: IDataObject[], pacedMs: number): string[] {
	const results = resultsOf(items);
	const hints = Object.entries(ADVICE).flatMap(([outcome, { are, advice }]) => {
		const ones = results.filter((result) => result.outcome === outcome);
		if (ones.length === 0) return [];
		return [`${ones.length} of ${results.length} ${are[ones.length === 1 ? 0 : 1]}${named(ones)}. ${advice}`];
	});
	const cut = results.filter(({ omittedCharacters }) => Number(omittedCharacters) > 0);
	if (cut.length > 0) {
		hints.push(
			`The output of ${cut.length} of ${results.length} was cut${named(cut)}. Raise '${LABELS.maxOutputLength}' in the options, or set it to 0, to get all of it.`,
		);
	}
	if (pacedMs >= MIN_PACED_MS) {
		hints.push(`Defender's rate limits made this run wait for ${minutes(pacedMs)}. Each of your calls was kept within them.`);
	}
	return hints;
}

/** Shows the hints in the output panel. */
export function showHints(context: IExecuteFunctions, items: IDataObject[], pacedMs: number): void {
	const hints = runHints(items, pacedMs).map((message): NodeExecutionHint => ({ message, location: 'outputPane', type: 'info' }));
	if (hints.length > 0) context.addExecutionHints(...hints);
}
