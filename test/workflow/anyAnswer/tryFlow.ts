import fc from 'fast-check';
import type { INode } from 'n8n-workflow';
import type { Operation } from '../../../playground/emulator';
import { workflowWith, type Setting } from '../../support/setting';
import { attack, attackOn, type AttackOn } from './attacks';
import type { Choice } from './choice';
import type { Flow } from './flow';
import { brokenByError, brokenByItems } from './promises';
import { World } from './world';
import { brokenByHiding, brokenBySent, brokenByWrites } from './writes';

export interface Trial {
	choice: Choice;
	/** What n8n does with an item that failed. */
	onError: INode['onError'];
	/** n8n tries the node again where it ends in an error. */
	retried: boolean;
	attacks: AttackOn[];
}

/** Something that asks the service, all trials of it, and what a trial breaks of what the package promises. */
export interface Subject {
	name: string;
	trials: fc.Arbitrary<Trial>;
	run(setting: Setting, trial: Trial): Promise<string[]>;
}

const choice: fc.Arbitrary<Choice> = fc.record({
	items: fc.constantFrom(1, 1, 2),
	good: fc.boolean(),
	simplify: fc.boolean(),
	wait: fc.boolean(),
	route: fc.boolean(),
	variant: fc.nat(5),
});
export const trialOf = (calls: Operation[]): fc.Arbitrary<Trial> =>
	fc.record({
		choice,
		onError: fc.constantFrom<INode['onError']>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		retried: fc.constantFrom(false, false, false, true),
		attacks: fc.array(attackOn(calls), { minLength: 1, maxLength: 3 }),
	});

/** Longer than any flow takes on the emulator's clock, in ms: Max Wait is a minute, and without one there are five. */
const MAX_FLOW_MS = 60 * 60_000;

/** An app that no one has used: no token, no pacing and no lists of earlier trials. */
export function startAnew({ emulator, engine }: Setting, chosen: Choice): World {
	emulator.reset();
	emulator.settings.busyAfterMs = Infinity;
	const { clientId } = emulator.apps.addApp({ secrets: [{ value: emulator.app.clientSecret }] });
	engine.credentials.stored.set('defender', emulator.credentialData({ clientId }));
	return new World(emulator, clientId, chosen);
}

const isRefusal = ({ outcome, error }: Record<string, unknown>) => outcome === 'refused' || typeof error === 'string';

async function tryFlow(setting: Setting, flow: Flow, { choice: chosen, onError, retried, attacks }: Trial): Promise<string[]> {
	const { emulator, engine } = setting;
	const world = startAnew(setting, chosen);
	const { parameters, inputs } = flow.prepare(emulator, chosen);
	for (const each of attacks) attack(emulator, each);
	const retry = retried ? { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 } : {};
	const { error, outputs } = await engine.run(workflowWith(parameters, { onError, ...retry }), { pinData: { Start: inputs } });
	const items = outputs('Defender').flat();
	const placeOf = ({ pairedItem }: (typeof items)[number]) => (pairedItem as { item: number }).item;
	const expected = flow.itemsEach?.(chosen);
	const counts = inputs.map((_, place) => items.filter((item) => placeOf(item) === place));
	const isComplete = ({ length }: unknown[], each: number, refused: boolean) => (refused ? length === 1 : length === each);
	const broken = brokenByItems(items, inputs.length, emulator);
	if (broken.length > 0) return broken;
	const incomplete =
		error || expected === undefined
			? []
			: counts.filter(
					(own) =>
						!isComplete(
							own,
							expected,
							own.some(({ json }) => isRefusal(json)),
						),
				);
	const refused = items.filter(({ json }) => isRefusal(json));
	const claims = items.filter((item) => !refused.includes(item));
	return [
		...(error ? [...brokenByError(error), ...brokenByHiding(error, world)] : []),
		...incomplete.map(({ length }) => `${length} items where there should be ${expected}`),
		...brokenByWrites(world, retried),
		...claims.flatMap((item) => flow.untrue?.(item.json, inputs[placeOf(item)].json, world) ?? []),
		...(error || refused.length > 0
			? []
			: (flow.untrueOfAll?.(
					items.map(({ json }) => json),
					world,
				) ?? [])),
		...refused.flatMap((item) =>
			flow.target && item.json.details ? brokenBySent(item.json, flow.target(inputs[placeOf(item)].json), world) : [],
		),
		...(world.isCalm && !flow.mayFail && (error || refused.length > 0)
			? [`failed, yet nothing was in its way: ${error?.message ?? JSON.stringify(refused[0].json)}`]
			: []),
		...(world.tookMs > MAX_FLOW_MS ? [`took ${world.tookMs / 60_000} minutes`] : []),
	];
}

export const subjectOf = (flow: Flow): Subject => ({
	name: flow.name,
	trials: trialOf(flow.calls),
	run: async (setting, trial) => await tryFlow(setting, flow, trial),
});
