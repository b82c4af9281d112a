import type { ActionCommandInput } from './existingActions';
import type { Emulator } from './emulator';
import { sweep } from './sweepScene';
import { tenant } from './tenantScene';

/** Ids of the actions of the scene `outcomes`, one for each outcome that a result can have. */
export const OUTCOME_ACTIONS = {
	succeeded: '10000000-0000-4000-8000-000000000001',
	scriptFailed: '10000000-0000-4000-8000-000000000002',
	commandFailed: '10000000-0000-4000-8000-000000000003',
	actionFailed: '10000000-0000-4000-8000-000000000004',
	cancelled: '10000000-0000-4000-8000-000000000005',
	timedOut: '10000000-0000-4000-8000-000000000006',
	/** The command with index 1 was skipped. */
	notExecuted: '10000000-0000-4000-8000-000000000007',
	noResult: '10000000-0000-4000-8000-000000000008',
	unreadable: '10000000-0000-4000-8000-000000000009',
	pending: '10000000-0000-4000-8000-00000000000a',
	/** Succeeded; PutFile (no result), RunScript, GetFile. */
	threeCommands: '10000000-0000-4000-8000-00000000000b',
} as const;

const SCRIPT = 'check-baseline.ps1';
const LINUX_SCRIPT = 'check-baseline.sh';
const COMPROMISE_SCRIPT = 'check-compromise.ps1';
const EVENT_LOG = 'C:\\Windows\\System32\\winevt\\Logs\\Security.evtx';
const COLLECTED = 'C:\\ProgramData\\Contoso\\baseline.json';

/** Named situations, made ready with one call; each returns the ids it made. */
export const SCENES: Record<string, (emulator: Emulator) => Record<string, unknown>> = { demo, outcomes, sweep, tenant };

/** Six devices on which the same script goes differently, and what the other examples need. */
function demo(emulator: Emulator): Record<string, unknown> {
	const report = JSON.stringify({ firewall: 'on', bitlocker: 'on', tamperProtection: 'on' }, null, 2);
	emulator.addLibraryFile({
		fileName: SCRIPT,
		content: 'param([string]$Profile)\n# Compares the device with the security baseline; exit code = number of deviations.\n',
		description: 'Compares the device with the security baseline',
		hasParameters: true,
		parametersDescription: '-Profile workstation|server',
	});
	emulator.addLibraryFile({ fileName: LINUX_SCRIPT, content: '#!/bin/sh\n', description: 'The same for Linux' });
	emulator.addLibraryFile({
		fileName: COMPROMISE_SCRIPT,
		content: '# Looks for an intruder; exit code 2 = found one.\n',
		description: 'Looks for an intruder',
	});
	const good = { output: 'Baseline: 42 of 42 settings as required\n' };
	const linux = { output: 'Baseline: 31 of 31 settings as required\n' };
	const devices = [
		emulator.addDevice({
			computerDnsName: 'ws-fin-01.contoso.example',
			machineTags: ['finance'],
			scripts: { [SCRIPT]: good, [COMPROMISE_SCRIPT]: { output: 'Nothing found\n' } },
			files: { [COLLECTED]: { content: report }, [EVENT_LOG]: { content: { size: 1024 * 1024 + 4096 } } },
		}),
		emulator.addDevice({
			computerDnsName: 'ws-fin-02.contoso.example',
			machineTags: ['finance'],
			scripts: {
				[SCRIPT]: {
					exitCode: 3,
					output: 'Baseline: 39 of 42 settings as required\nFirewall profile Public: off\nSMB1: enabled\nBitLocker C: not protected\n',
				},
				[COMPROMISE_SCRIPT]: { exitCode: 2, output: 'Scheduled task Updater runs an unknown binary\n' },
			},
		}),
		emulator.addDevice({
			computerDnsName: 'srv-sql-02.contoso.example',
			osPlatform: 'WindowsServer2022',
			machineTags: ['server'],
			scripts: { [SCRIPT]: { ...good, errors: 'WARNING: the event log Security was cleared 2 days ago\n' } },
		}),
		emulator.addDevice({
			computerDnsName: 'srv-app-07.contoso.example',
			osPlatform: 'WindowsServer2019',
			machineTags: ['server'],
			scripts: {
				[SCRIPT]: {
					commandErrors: [
						`Running script on endpoint failed: ${SCRIPT} is not digitally signed. You cannot run this script on the current system.`,
					],
				},
			},
		}),
		emulator.addDevice({
			computerDnsName: 'ws-mkt-11.contoso.example',
			healthStatus: 'Inactive',
			lastSeen: emulator.now() - 9 * 86_400_000,
			offline: true,
		}),
		emulator.addDevice({
			computerDnsName: 'lnx-web-03.contoso.example',
			osPlatform: 'Ubuntu',
			machineTags: ['server'],
			scripts: { [LINUX_SCRIPT]: linux, [SCRIPT]: linux },
		}),
	];
	return { scriptName: SCRIPT, devices: devices.map(({ id, computerDnsName, osPlatform }) => ({ id, computerDnsName, osPlatform })) };
}

/** One ended action for each outcome, on one device. */
function outcomes(emulator: Emulator): Record<string, unknown> {
	const device = emulator.addDevice({ computerDnsName: 'ws-out-01.contoso.example' });
	emulator.addLibraryFile({ fileName: SCRIPT, description: 'Compares the device with the security baseline' });
	const script = (more: Partial<ActionCommandInput>): ActionCommandInput => ({ type: 'RunScript', name: SCRIPT, ...more });
	const unsigned = `Running script on endpoint failed: ${SCRIPT} is not digitally signed.`;
	const actions: Record<keyof typeof OUTCOME_ACTIONS, Parameters<Emulator['addAction']>[0]> = {
		succeeded: { commands: [script({ script: { output: 'all good\n' } })] },
		scriptFailed: { commands: [script({ script: { exitCode: 3, output: '3 deviations\n' } })] },
		commandFailed: {
			status: 'Failed',
			commands: [script({ status: 'Failed', errors: [unsigned], script: { exitCode: 1, errors: unsigned } })],
		},
		actionFailed: { status: 'Failed', commands: [script({})] },
		cancelled: { status: 'Cancelled', commands: [script({})] },
		timedOut: { status: 'TimeOut', commands: [script({})] },
		notExecuted: {
			status: 'Failed',
			commands: [script({ status: 'Failed', errors: [unsigned] }), { type: 'GetFile', name: COLLECTED }],
		},
		noResult: { commands: [script({ script: { noResult: true } })] },
		unreadable: { commands: [script({ script: { raw: 'the agent wrote no transcript' } })] },
		pending: { status: 'Pending', commands: [script({})] },
		threeCommands: {
			commands: [
				{ type: 'PutFile', name: 'baseline.json' },
				script({ script: { output: 'written\n' } }),
				{ type: 'GetFile', name: COLLECTED, file: { content: '{"firewall":"on"}' } },
			],
		},
	};
	for (const [i, [name, action]] of Object.entries(actions).entries()) {
		const id = OUTCOME_ACTIONS[name as keyof typeof OUTCOME_ACTIONS];
		emulator.addAction({ id, machineId: device.id, createdAt: emulator.now() - 3_600_000 + i * 1000, requestorComment: name, ...action });
	}
	return { ...OUTCOME_ACTIONS, machineId: device.id };
}
