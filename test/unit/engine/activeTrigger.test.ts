/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import type { IDataObject, INode, INodeType, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import type { ActivateOptions, Engine, WorkflowJson } from '../../../playground/engine/engine';
import { startEngine } from '../../../playground/engine/engine';

/** A trigger that gives out what is new in `feed` and counts its polls, both in its static data. */
class FeedTrigger implements INodeType {
	feed: string[] = [];

	failing: string | undefined;

	seenByPoll: IDataObject[] = [];

	/** What a poll waits for before it looks. */
	before: () => Promise<void> = async () => {};

	description = {
		displayName: 'Feed Trigger',
		name: 'feedTrigger',
		group: ['trigger' as const],
		version: 1,
		description: 'For tests',
		defaults: { name: 'Feed' },
		polling: true as const,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	};

	private readonly polled = async (context: IPollFunctions) => {
		const data = context.getWorkflowStaticData('node');
		this.seenByPoll.push({
			...data,
			mode: context.getMode(),
			activation: context.getActivationMode(),
			budget: context.getPollBudgetMs?.(),
			every: (context.getNodeParameter('pollTimes') as IDataObject).item,
		});
		const since = Number(data.count ?? 0);
		data.polls = Number(data.polls ?? 0) + 1;
		await this.before();
		if (this.failing) throw new Error(this.failing);
		if (this.feed.length === since) return null;
		data.count = this.feed.length;
		return [this.feed.slice(since).map((entry) => ({ json: { entry } }))];
	};

	poll!: INodeType['poll'];

	constructor() {
		// eslint-disable-next-line @typescript-eslint/no-this-alias -- n8n calls it with its own `this`
		const feed = this;
		this.poll = async function (this: IPollFunctions) {
			return await feed.polled(this);
		};
	}
}

const WORKFLOW: WorkflowJson = {
	name: 'Feed',
	nodes: [
		{ id: 'feed', name: 'Feed', type: 'test.feedTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
		{ id: 'after', name: 'After', type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [200, 0], parameters: {} },
	] as INode[],
	connections: { Feed: { main: [[{ node: 'After', type: NodeConnectionTypes.Main, index: 0 }]] } },
};

let trigger: FeedTrigger;
let engine: Engine;

beforeEach(async () => {
	trigger = new FeedTrigger();
	engine = await startEngine({ 'test.feedTrigger': trigger }, [], {});
});

const entries = (ran: { items(node: string): IDataObject[] } | undefined) => ran?.items('After').map(({ entry }) => entry);
const activate = async (options: ActivateOptions = {}) => await engine.activate(WORKFLOW, options);

describe.each([
	['as n8n 1.123 stores', false],
	['as n8n 2.41 stages', true],
])('a polling trigger, %s', (_name, staged) => {
	it('polls when it is switched on, and what it gives runs the rest in mode "trigger"', async () => {
		trigger.feed = ['a', 'b'];
		const active = await activate({ staged });
		expect(entries(active.activated)).toEqual(['a', 'b']);
		expect(active.activated?.run.mode).toBe('trigger');
		expect(await active.poll()).toBeUndefined();
		trigger.feed.push('c');
		expect(entries(await active.poll())).toEqual(['c']);
		expect(active.runs.map(entries)).toEqual([['a', 'b'], ['c']]);
		expect(active.staticData).toMatchObject({ count: 3 });
	});

	it('starts from the given static data', async () => {
		trigger.feed = ['a', 'b'];
		const active = await activate({ staged, staticData: { count: 1 } });
		expect(entries(active.activated)).toEqual(['b']);
	});

	it('has the poll times that the loader adds', async () => {
		await activate({ staged });
		expect(trigger.seenByPoll[0]).toMatchObject({ every: [{ mode: 'everyMinute' }], mode: 'trigger', activation: 'activate' });
	});

	it('reports what a poll threw, and polls on', async () => {
		const active = await activate({ staged });
		trigger.failing = 'Gone';
		await expect(active.poll()).rejects.toThrow('Gone');
		trigger.failing = undefined;
		trigger.feed = ['a'];
		expect(entries(await active.poll())).toEqual(['a']);
	});

	it('is not switched on when its first poll throws', async () => {
		trigger.failing = 'No access';
		await expect(activate({ staged })).rejects.toThrow('There was a problem activating the workflow: "No access"');
	});

	it('forgets what was not stored when it is killed in a poll', async () => {
		const active = await activate({ staged });
		const before = active.staticData;
		trigger.feed = ['a'];
		let goOn = () => {};
		trigger.before = async () => await new Promise((resolve) => (goOn = resolve));
		const poll = active.poll();
		await new Promise(setImmediate);
		active.kill();
		goOn();
		expect(await poll).toBeUndefined();
		expect(active.staticData).toEqual(before);
		trigger.before = async () => {};
		await expect(active.poll()).rejects.toThrow('killed');
		const again = await active.restart();
		expect(entries(again.activated ?? (await again.poll()))).toEqual(['a']);
	});
});

describe('live static data', () => {
	it('is stored at activation and with an emit, not when a poll gives nothing', async () => {
		const active = await activate();
		expect(active.staticData).toEqual({ polls: 1 });
		await active.poll();
		expect(active.staticData).toEqual({ polls: 1 });
		trigger.feed = ['a'];
		await active.poll();
		expect(active.staticData).toEqual({ polls: 3, count: 1 });
		await active.poll();
		const again = await active.restart();
		expect(trigger.seenByPoll.at(-1)).toMatchObject({ polls: 3, activation: 'init' });
		expect(again.staticData).toEqual({ polls: 4, count: 1 });
	});

	it('is stored even when the execution is rejected, so that its items are lost', async () => {
		trigger.feed = ['a'];
		const active = await activate({ rejectEmits: 1 });
		expect(active.activated).toBeUndefined();
		expect(active.staticData).toEqual({ polls: 1, count: 1 });
		expect(await active.poll()).toBeUndefined();
		active.rejectEmits = 1;
		trigger.feed.push('b');
		expect(await active.poll()).toBeUndefined();
		const again = await active.restart();
		expect([entries(again.activated), again.staticData.count]).toEqual([undefined, 2]);
	});

	it('is shared by polls that overlap', async () => {
		const active = await activate();
		trigger.feed = ['a'];
		trigger.before = async () => await new Promise(setImmediate);
		const [first, second] = await Promise.all([active.poll(), active.poll()]);
		expect(trigger.seenByPoll.slice(1).map(({ polls }) => polls)).toEqual([1, 2]);
		expect([entries(first), entries(second)]).toEqual([['a'], ['a']]);
	});

	it('comes without a budget, which n8n 1.123 does not know, unless one is set', async () => {
		await activate();
		await activate({ pollBudgetMs: 300_000 });
		expect(trigger.seenByPoll.map(({ budget }) => budget)).toEqual([undefined, 300_000]);
	});
});

describe('staged static data', () => {
	it('is stored when a poll gives nothing, but not by the first', async () => {
		const active = await activate({ staged: true });
		expect(active.staticData).toEqual({});
		await active.poll();
		await active.poll();
		expect(active.staticData).toEqual({ polls: 2 });
		const polls = trigger.seenByPoll.length;
		const again = await active.restart();
		expect(trigger.seenByPoll).toHaveLength(polls);
		await again.poll();
		expect(trigger.seenByPoll.at(-1)).toMatchObject({ polls: 2 });
	});

	it('stays as it was when the execution is rejected or the poll throws', async () => {
		trigger.feed = ['a'];
		const active = await activate({ staged: true, rejectEmits: 1 });
		expect([active.activated, active.staticData]).toEqual([undefined, {}]);
		trigger.failing = 'Gone';
		await expect(active.poll()).rejects.toThrow('Gone');
		expect(active.staticData).toEqual({});
		trigger.failing = undefined;
		expect(entries(await active.poll())).toEqual(['a']);
		expect(active.staticData).toEqual({ polls: 1, count: 1 });
	});

	it('is a copy for each of two polls that overlap', async () => {
		const active = await activate({ staged: true });
		trigger.before = async () => await new Promise(setImmediate);
		await Promise.all([active.poll(), active.poll()]);
		expect(trigger.seenByPoll.slice(1).map(({ polls }) => polls)).toEqual([undefined, undefined]);
		expect(active.staticData).toEqual({ polls: 1 });
	});

	it('comes with the budget of n8n, unless one is set', async () => {
		for (const pollBudgetMs of [undefined, 1]) await (await activate({ staged: true, pollBudgetMs })).poll();
		expect(trigger.seenByPoll.map(({ budget }) => budget)).toEqual([300_000, 36_000, 1, 1]);
	});
});

describe('a test run in the editor', () => {
	it('polls once in mode "manual" and stores nothing', async () => {
		trigger.feed = ['a'];
		expect(entries(await engine.run(WORKFLOW))).toEqual(['a']);
		expect(entries(await engine.run(WORKFLOW))).toEqual(['a']);
		expect(trigger.seenByPoll[1]).toMatchObject({ mode: 'manual', activation: 'manual', budget: 300_000 });
	});

	it('ends without an error when there is nothing', async () => {
		const ran = await engine.run(WORKFLOW);
		expect([ran.error, ran.items('After')]).toEqual([undefined, []]);
	});
});
