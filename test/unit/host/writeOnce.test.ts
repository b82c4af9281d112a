import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { withoutLongParts } from '../../../nodes/DefenderLiveResponse/host/withoutLongParts';
import type { Write } from '../../../nodes/DefenderLiveResponse/host/writeOnce';
import { writeOnce } from '../../../nodes/DefenderLiveResponse/host/writeOnce';
import { Cancelled } from '../../../nodes/DefenderLiveResponse/service/clock';
import { DefenderError } from '../../../nodes/DefenderLiveResponse/service/errors';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { itemSession } from '../../../nodes/DefenderLiveResponse/service/session';
import { fakeSession } from '../service/fakeSession';

let executions = 0;

/** A node in an execution of its own, as far as it is asked; each call of the result is a try. */
function node({ name = 'Run', type = 'defenderLiveResponse', id = 'same', execution = `e${++executions}` } = {}) {
	return (json: IDataObject = {}, runIndex = 0) =>
		({
			getNode: () => ({ name, type, id }),
			getExecutionId: () => execution,
			getInputData: () => [{ json }],
			evaluateExpression: (expression: string) => (expression.includes('$json') ? json : runIndex),
		}) as unknown as IExecuteFunctions;
}

/** A write whose tries end so: with an outcome, or an error. */
function writing(...ends: unknown[]) {
	const log: string[] = [];
	const end = async (how: string) => {
		log.push(how);
		const next = ends.shift();
		if (next instanceof Error) throw next;
		return await Promise.resolve(next);
	};
	const write = (request: unknown = 'this', subject: unknown = 'device'): Write<unknown, unknown> => ({
		request,
		subject,
		send: async () => await end('send'),
		recover: async (earlier) => await end(`settle ${String(earlier.request)}`),
	});
	return { log, write };
}

const refusedAtOnce = () => new DefenderError('no', 'advice');
const lost = () => new DefenderError('lost', 'advice', { sent: 'maybe' });
const attempt = async (context: IExecuteFunctions, write: Write<unknown, unknown>, item = 0, sent: 'no' | 'maybe' = 'no') => {
	const fake = fakeSession(() => undefined);
	const session = { ...itemSession(fake.session, new Deadline(fake.clock, 0)), application: 'same' };
	session.delivery.sent = sent;
	const result = await writeOnce(context, session, item, write).then(
		({ done }) => done,
		(error: Error) => error.message,
	);
	return [result, session.delivery.sent];
};

it('gives what a try before has done, and asks for nothing', async () => {
	const { log, write } = writing('one');
	const context = node();
	expect(await attempt(context(), write('at 1'))).toEqual(['one', 'yes']);
	expect(await attempt(context(), write('at 2'))).toEqual(['one', 'yes']);
	expect(log).toEqual(['send']);
});

it('settles what may have been carried out, with what was asked then, until it is known', async () => {
	const { log, write } = writing(lost(), lost(), 'found');
	const context = node();
	expect(await attempt(context(), write('at 1'))).toEqual(['lost', 'maybe']);
	expect(await attempt(context(), write('at 2'))).toEqual(['lost', 'maybe']);
	expect(await attempt(context(), write('at 3'))).toEqual(['found', 'yes']);
	expect(log).toEqual(['send', 'settle at 1', 'settle at 1']);
});

it.each([
	['was refused', refusedAtOnce(), 'no' as const, ['send', 'send']],
	['was stopped before it left', new Cancelled(), 'no' as const, ['send', 'send']],
	['was stopped on its way', new Cancelled(), 'maybe' as const, ['send', 'settle this']],
])('asks again only where nothing left: it %s', async (_, error, sent, expected) => {
	const { log, write } = writing(error, 'done');
	const context = node();
	await attempt(context(), write(), 0, sent);
	await attempt(context(), write());
	expect(log).toEqual(expected);
});

it('tells items, runs, executions and nodes of another name apart, whatever their ids are', async () => {
	const { log, write } = writing('a', 'b', 'c', 'd', 'e');
	const context = node({ execution: 'x' });
	await attempt(context(), write());
	await attempt(context(), write(), 1);
	await attempt(context({}, 1), write());
	await attempt(node({ execution: 'y' })(), write());
	await attempt(node({ execution: 'x', name: 'Copy' })(), write());
	expect(log).toEqual(Array.from({ length: 5 }, () => 'send'));
});

it('takes nothing for done where there is no execution', async () => {
	const { log, write } = writing('a', 'b');
	const context = node({ execution: '' });
	await attempt(context(), write());
	await attempt(context(), write());
	expect(log).toEqual(['send', 'send']);
});

describe('as a tool', () => {
	const tool = () => node({ type: 'defenderLiveResponseTool' });

	it('does the same thing twice on purpose', async () => {
		const { log, write } = writing('a', 'b');
		const context = tool();
		expect(await attempt(context(), write())).toEqual(['a', 'yes']);
		expect(await attempt(context(), write())).toEqual(['b', 'yes']);
		expect(log).toEqual(['send', 'send']);
	});

	it('knows a call by its request although n8n counts the run up', async () => {
		const { log, write } = writing(lost(), 'found', 'again');
		const context = tool();
		await attempt(context({ device: 'A', toolCallId: '1' }, 4), write());
		expect(await attempt(context({ device: 'a', toolCallId: '2' }, 5), write())).toEqual(['found', 'yes']);
		// Known permanently, it may be wanted once more.
		await attempt(context({ device: 'a' }, 6), write());
		expect(log).toEqual(['send', 'settle this', 'send']);
	});

	it('knows it by what the agent asked although an expression gives something new', async () => {
		const { log, write } = writing(lost(), 'found');
		const context = tool();
		await attempt(context({ device: 'a', toolCallId: '1' }, 4), write('at 1'));
		await attempt(context({ device: 'a', toolCallId: '2' }, 5), write('at 2'));
		expect(log).toEqual(['send', 'settle at 1']);
	});

	it('tells two calls of one place apart, and two that ask for the same', async () => {
		const { log, write } = writing(lost(), lost(), 'A', 'B', 'new');
		const context = tool();
		await attempt(context({ device: 'a' }), write('a', 'a'));
		await attempt(context({ device: 'b' }), write('b', 'b'));
		await attempt(context({ device: 'b' }, 1), write('b', 'b'));
		await attempt(context({ device: 'a' }, 1), write('a', 'a'));
		await attempt(context({ device: 'a' }, 2), write('a', 'a'));
		expect(log).toEqual(['send', 'send', 'settle b', 'settle a', 'send']);
	});

	it('settles each of two lost calls for the same once', async () => {
		const { log, write } = writing(lost(), lost(), 'first', 'second', 'new');
		const context = tool();
		const twice = async () => await Promise.all([attempt(context({}, 0), write()), attempt(context({}, 0), write())]);
		await twice();
		await twice();
		await attempt(context({}, 2), write());
		expect(log).toEqual(['send', 'send', 'settle this', 'settle this', 'send']);
	});
});

it('keeps little of what is long or deep', () => {
	const short = { id: 'x', commands: [{ deep: { deeper: { still: { more: { here: 1 } } } } }] };
	expect(withoutLongParts(short)).toBe(short);
	const long = { text: 'y'.repeat(30_000), many: Array.from({ length: 100 }, () => 1), ...short };
	const kept = withoutLongParts(long);
	expect(kept).toMatchObject({ id: 'x', text: null });
	expect(kept.many).toHaveLength(50);
	const asked = { args: 'z'.repeat(1_000) };
	expect(withoutLongParts({ ...long, run: { asked } }, asked)).toMatchObject({ text: null, run: { asked } });
	expect(JSON.stringify(kept).length).toBeLessThan(1_000);
});

it('forgets the oldest of many', async () => {
	const { log, write } = writing('first', ...Array.from({ length: 5_000 }, () => 'other'), 'again');
	const context = node();
	await attempt(context(), write());
	for (let item = 1; item <= 5_000; item++) await attempt(context(), write(), item);
	await attempt(context(), write());
	expect(log).toHaveLength(5_002);
});

it('does not forget a run for writes that are many', async () => {
	const { log, write } = writing('first', ...Array.from({ length: 5_000 }, () => 'other'), 'again');
	const context = node();
	await attempt(context(), write());
	for (let item = 1; item <= 5_000; item++) await attempt(context(), { ...write(), isBulk: true }, item);
	expect(await attempt(context(), write())).toEqual(['first', 'yes']);
	expect(log).toHaveLength(5_001);
});
