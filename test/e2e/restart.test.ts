import type { Action, ActionInput, Emulator } from '../../playground/emulator';
import { startEmulator } from '../../playground/emulator';
import type { Installation } from '../../playground/n8n/install';
import { installN8n, VERSIONS } from '../../playground/n8n/install';
import { N8nHome } from '../../playground/n8n/n8nHome';
import type { N8nServer } from '../../playground/n8n/n8nServer';
import { readDatabase } from '../../playground/n8n/readDatabase';
import type { StoredExecution } from './executionsIn';
import { executionsIn } from './executionsIn';
import { chain, END, triggerNode } from './realWorkflow';
import { until } from './until';

/** Bringing n8n takes longer than everything else, but only once. */
const MAX_MS = 20 * 60_000;

const WORKFLOWS = ['actions', 'results'] as const;

/** Time between two polls into the database, in ms: polls are a minute apart. */
const LOOK_EVERY_MS = 2_000;

/** What a trigger has given before n8n was killed and after it was started again. */
interface Course {
	/** Ids of live responses by the moment at which they ended. */
	ended: Record<'before the kill' | 'while n8n was down' | 'after the start' | 'last', string[]>;
	executions: StoredExecution[];
}

/** Runs both kinds of trigger in a real n8n that is killed in the middle. */
class Restart {
	private readonly clientIds: Record<string, string> = {};

	private constructor(
		private readonly emulator: Emulator,
		private readonly home: N8nHome,
	) {}

	static async run(installation: Installation): Promise<Course> {
		const emulator = await startEmulator({ limits: 'real' });
		const home = new N8nHome(installation);
		try {
			return await new Restart(emulator, home).course();
		} finally {
			await home.remove();
			await emulator.close();
		}
	}

	/** Live responses that go on until they are ended. */
	private beginSome(): Action[] {
		const commands = [{ type: 'RunScript' as const, name: 'check.ps1', script: { output: 'ran' } }];
		const input: ActionInput = { createdAt: this.emulator.now(), endedAt: Infinity, commands };
		return Array.from({ length: 3 }, () => this.emulator.addAction(input));
	}

	private end(actions: Action[]): string[] {
		for (const action of actions) action.endAt = this.emulator.now();
		return actions.map(({ id }) => id);
	}

	private executions(): StoredExecution[] {
		return executionsIn(this.home, readDatabase(this.home));
	}

	private async untilGiven(ids: string[]): Promise<void> {
		let looked = 0;
		await until('given', () => {
			if (Date.now() < looked + LOOK_EVERY_MS) return false;
			const executions = this.executions();
			looked = Date.now();
			return WORKFLOWS.every((workflow) => ids.every((id) => idsGiven(executions, workflow).includes(id)));
		});
	}

	/** What had ended before a trigger's first poll, which n8n makes when it is switched on, is not its business. */
	private async untilFirstPolls(): Promise<void> {
		const polls = () => this.emulator.requests.filter(({ operation, status }) => operation === 'action.list' && status === 200);
		await until('polled', () => WORKFLOWS.every((name) => polls().some(({ clientId }) => clientId === this.clientIds[name])));
	}

	private async begin(): Promise<N8nServer> {
		const { emulator, home } = this;
		const { clientSecret } = emulator.app;
		for (const name of WORKFLOWS) this.clientIds[name] = emulator.apps.addApp({ secrets: [{ value: clientSecret }] }).clientId;
		await home.importCredentials(
			WORKFLOWS.map((id) => ({
				id,
				name: id,
				type: 'microsoftDefenderOAuth2Api',
				data: emulator.credentialData({ clientId: this.clientIds[id] }),
			})),
		);
		await home.importWorkflows(WORKFLOWS.map((emit) => chain(emit, triggerNode({ emit }, emit), END)));
		const server = await home.start();
		await server.setUpOwner();
		for (const id of WORKFLOWS) expect(await server.activate(id)).toMatchObject({ status: 200 });
		return server;
	}

	private async course(): Promise<Course> {
		const { emulator, home } = this;
		emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
		const server = await this.begin();
		await this.untilFirstPolls();
		const endingWhileDown = this.beginSome();
		const endingAfterStart = this.beginSome();
		const before = this.end(this.beginSome());
		// By the poll that gives them, the others were seen while they ran.
		await this.untilGiven(before);
		await server.process.kill();
		const down = this.end([...endingWhileDown, ...this.beginSome()]);
		await home.start();
		const after = this.end([...endingAfterStart, ...this.beginSome()]);
		await this.untilGiven([...down, ...after]);
		// A later poll, which would give again what n8n has forgotten to have given.
		const last = this.end(this.beginSome());
		await this.untilGiven(last);
		const ended = { 'before the kill': before, 'while n8n was down': down, 'after the start': after, last };
		return { ended, executions: this.executions() };
	}
}

function idsGiven(executions: StoredExecution[], workflow: string): string[] {
	const own = executions.filter(({ workflowId }) => workflowId === workflow);
	return own.flatMap(({ items }) => items.map(({ id, machineActionId }) => String(machineActionId ?? id)));
}

describe('a trigger of an n8n that is killed and started again', () => {
	const courses = new Map<string, Promise<Course>>();

	beforeAll(async () => {
		const installations: Installation[] = [];
		for (const version of VERSIONS) installations.push(await installN8n(version));
		// Nearly all of it is waiting for polls, so that both versions wait together.
		for (const installation of installations) courses.set(installation.version, Restart.run(installation));
		await Promise.allSettled(courses.values());
	}, MAX_MS);

	describe.each(VERSIONS)('n8n %s', (version) => {
		it.each(WORKFLOWS)('gives every live response exactly once: %s', async (workflow) => {
			const { ended, executions } = await courses.get(version)!;
			const given = idsGiven(executions, workflow);
			const all = Object.values(ended).flat();
			// By the time of their end, which shows what is lost or given twice.
			const times = Object.entries(ended).map(([when, ids]) => [when, ids.map((id) => given.filter((other) => other === id).length)]);
			expect(times).toEqual(Object.entries(ended).map(([when, ids]) => [when, ids.map(() => 1)]));
			expect(given.length).toBe(all.length);
			expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
		});
	});
});
