/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../playground/emulator';
import { SCENES } from '../../../playground/emulator/scenes';
import type { Clock } from '../../../playground/tenantCheck/clock';
import { tenantCheck } from '../../../playground/tenantCheck/command';
import type { Report } from '../../../playground/tenantCheck/report';
import type { Terminal } from '../../../playground/tenantCheck/terminal';
import { createWire } from '../../../playground/tenantCheck/wire';
import { startFront, type Bend, type Front } from './front';

/** A clock on which waiting accepts no time: 25 minutes pass in a second, whatever the machine. */
export class StepClock implements Clock {
	private ms = Date.parse('2026-01-13T09:00:00Z');
	now(): number {
		return this.ms;
	}
	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		if (!signal?.aborted) this.ms += ms;
	}
}

export const WINDOWS_DEVICE = 'ws-check-01.contoso.example';
export const LINUX_DEVICE = 'lnx-check-02.contoso.example';

/** What the command left behind. */
export interface Ran {
	code: number;
	/** Both outputs of the terminal. */
	out: string;
	errors: string;
	/** Name and text of each file that was written. */
	files: Record<string, string>;
	/** The report in JSON; undefined where none was written. */
	report?: Report;
}
export interface RunInput {
	/** Added to the options that lead to the emulator. */
	argv?: string[];
	env?: Record<string, string | undefined>;
	/** Runs on this device, and says yes. */
	device?: string;
	/** Answers to questions, in order. */
	answers?: string[];
	bend?: Bend;
	/** Of the terminal. */
	colours?: boolean;
	columns?: number;
	signal?: AbortSignal;
	onProgress?(text: string): void;
}

export interface Bench {
	emulator: Emulator;
	clock: StepClock;
	front: Front;
	/** Ids of the scene's actions, oldest first but for the last, which is the newest and unfinished. */
	actions: string[];
	/** The scene again. */
	reset(): void;
	run(input?: RunInput): Promise<Ran>;
	close(): Promise<void>;
}

/** The tenant check in front of an emulator with something of everything. */
export async function startBench(options: EmulatorOptions = {}): Promise<Bench> {
	const clock = new StepClock();
	const emulator = await startEmulator({ clock, life: { pendingMs: 20_000, runMs: 20_000, settleMs: 0 }, ...options });
	const front = await startFront(emulator);
	const bench: Bench = {
		emulator,
		clock,
		front,
		actions: [],
		reset() {
			emulator.reset();
			bench.actions = SCENES.tenant(emulator).actions as string[];
		},
		async run({
			argv = [],
			env = {},
			device,
			answers = ['yes'],
			bend = {},
			colours = false,
			columns = 120,
			signal = new AbortController().signal,
			onProgress,
		}: RunInput = {}) {
			const folder = mkdtempSync(join(tmpdir(), 'tenant-check-'));
			const { tenantId, clientId, clientSecret } = emulator.app;
			let out = '';
			let errors = '';
			const terminal: Terminal = {
				write: (text) => void (out += text),
				writeError: (text) => void (errors += text),
				progress: (text) => onProgress?.(text),
				ask: async (question) => {
					errors += question;
					return answers.shift();
				},
				columns,
				colours,
				close: () => undefined,
			};
			front.bend = bend;
			try {
				const code = await tenantCheck({
					argv: [
						'--tenant',
						tenantId,
						'--client-id',
						clientId,
						'--api-base-url',
						front.apiUrl,
						'--login-base-url',
						front.apiUrl,
						'--audience',
						emulator.audience,
						'--download-hosts',
						'127.0.0.1',
						'--out',
						folder,
						...(device === undefined ? [] : ['--run', '--device', device]),
						...argv,
					],
					env: { DEFENDER_CLIENT_SECRET: clientSecret, ...env },
					terminal,
					clock,
					wire: createWire({}),
					signal,
					packageVersion: '0.0.0',
					nodeVersion: '20.19.0',
				});
				const files = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
				const json = Object.keys(files).find((name) => name.endsWith('.json'));
				return { code, out, errors, files, ...(json !== undefined && { report: JSON.parse(files[json]) as Report }) };
			} finally {
				front.bend = {};
				rmSync(folder, { recursive: true, force: true });
			}
		},
		close: async () => {
			await front.close();
			await emulator.close();
		},
	};
	bench.reset();
	return bench;
}

/** Ids of the claims with this result. */
export function claimsOf(report: Report | undefined, result: 'as expected' | 'differs' | 'not asked'): string[] {
	return (report?.claims ?? []).filter((claim) => claim.result === result).map(({ id }) => id);
}
