/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/require-node-api-error -- runs beside n8n, not in it */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READ_LIMITS, check } from './check';
import type { OwnDevice } from './acting/device';
import { ownFiles } from './acting/ownFiles';
import type { Clock } from './clock';
import { cloudOf, isEmulator } from './clouds';
import { readIdentity } from './identity';
import { EMULATOR_NOTE, markdownReport } from './markdown';
import { CouldNotRun, Stopped } from './notAsked';
import { HELP, readOptions } from './options';
import { writePage } from './page';
import { createReport } from './report';
import { WITHHELD } from './say';
import { Sensitive } from './sensitive';
import { ansi, plain, terminalTable } from './table';
import type { Terminal } from './terminal';
import type { Wire } from './wire';

export interface CommandInput {
	argv: string[];
	env: NodeJS.ProcessEnv;
	terminal: Terminal;
	clock: Clock;
	wire: Wire;
	signal: AbortSignal;
	packageVersion: string;
	nodeVersion: string;
}

/** The whole command. @returns exit code: 0 all asked claims hold, 1 some differ, 2 it could not run */
export async function tenantCheck(input: CommandInput): Promise<0 | 1 | 2> {
	const { terminal } = input;
	try {
		return await run(input);
	} catch (error) {
		// A question that Ctrl-C ended has no answer, which is not what has to be said.
		if (error instanceof Stopped || (error instanceof CouldNotRun && input.signal.aborted))
			terminal.writeError('Stopped. No report was written.\n');
		else if (error instanceof CouldNotRun) terminal.writeError(`${error.message}. ${error.todo}\n`);
		else throw error;
		return 2;
	}
}

async function run({ argv, env, terminal, clock, wire, signal, packageVersion, nodeVersion }: CommandInput): Promise<0 | 1 | 2> {
	const options = readOptions(argv);
	if (options.help) {
		terminal.write(HELP);
		return 0;
	}
	if (options.writePage) {
		writePage();
		terminal.write('Wrote docs/live.md.\n');
		return 0;
	}
	const cloud = cloudOf(options);
	const identity = await readIdentity(options, env, terminal);
	if (signal.aborted) throw new Stopped();
	if (isEmulator(cloud)) terminal.writeError(`The API is on this machine. ${EMULATOR_NOTE}\n`);
	const sensitive = new Sensitive();
	const outcome = await check(
		{
			cloud,
			identity,
			device: options.device,
			agree: async (device) => await agree(terminal, device),
			wire,
			clock,
			sensitive,
			signal,
			progress: (calls, what) => terminal.progress(`${String(calls).padStart(3)} calls  ${what}`),
		},
		(lines) => lines.forEach((line) => terminal.writeError(`${line}\n`)),
	);
	const report = createReport(outcome, cloud, { packageVersion, nodeVersion, now: clock.now() });
	terminal.write(`${terminalTable(report, outcome.results, terminal.columns, terminal.colours ? ansi : plain)}\n`);
	mkdirSync(options.out, { recursive: true });
	const name = join(options.out, `tenant-check-${report.date}-${report.cloud}`);
	for (const [path, text] of [
		[`${name}.json`, `${JSON.stringify(report, null, '\t')}\n`],
		[`${name}.md`, markdownReport(report, outcome.results)],
	]) {
		// Each finding was checked already; this is the second check.
		const lines = text.split('\n').map((line) => (sensitive.holdsSecret(line) ? WITHHELD : line));
		writeFileSync(path, lines.join('\n'));
	}
	terminal.write(`Report: ${name}.json and ${name}.md. Read it, then publish it with the issue form "Tenant check".\n`);
	return report.counts.differs > 0 ? 1 : 0;
}

/** Names the device and what will be done on it. */
async function agree(terminal: Terminal, device: OwnDevice): Promise<boolean> {
	const { scriptName, smallPath, gzipPath } = ownFiles(device);
	terminal.writeError(
		[
			'',
			`Device ${device.name} (${device.osPlatform}, ${device.healthStatus}, last seen ${device.lastSeen.slice(0, 16)}Z), ID ${device.id}`,
			'',
			'On this device, by three live responses, ten to 25 minutes in all:',
			`  - ${scriptName} is run up to three times; it is in playground/tenantCheck/script. It reads the language of the system and writes`,
			`    ${smallPath} and ${gzipPath}, which are collected and then deleted`,
			'  - n8n-tenant-check.txt is put by PutFile; Defender removes it at the next restart',
			'  - a second run is sent while one is unfinished, one GetFile asks for a file that is not there, one run is cancelled',
			'In the tenant:',
			`  - ${scriptName} and n8n-tenant-check.txt are uploaded to the live response library, and deleted in the end`,
			'  - the live responses stay in the Action Center, with comments that begin with "n8n tenant check"',
			`Reading takes ${READ_LIMITS.calls} calls at most besides. Ctrl-C stops it and cleans up.`,
			'',
			'',
		].join('\n'),
	);
	const answer = await terminal.ask(`Run this on ${device.name}? Type yes: `);
	return answer?.trim().toLowerCase() === 'yes';
}
