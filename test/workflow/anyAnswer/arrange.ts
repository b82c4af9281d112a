import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { ActionInput, Emulator, Machine } from '../../../playground/emulator';
import { SCRIPT } from '../../support/actions';
import type { Choice } from './choice';

/** Bytes of the file that GetFile collects. */
export const FILE = 'evidence '.repeat(400);
export const PATH = 'C:\\Temp\\evidence.txt';
export const SECOND_PATH = 'C:\\Temp\\more.txt';
/** What the flow's own scripts print. */
export const OUTPUT = '{"free":12}\n';
/** The script of an action that is not the flow's, and what it prints. */
const OTHER_SCRIPT = 'other.ps1';
export const OTHER_OUTPUT = 'of another';
export const PACKAGE = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.from('package '.repeat(300))]);

const NAME = (n: number) => `ws-0${n}.contoso.example`;
export const script = ({ good }: Choice) => ({ exitCode: good ? 0 : 3, output: OUTPUT, md5: false });

/** Devices on which another user's run of another script has ended well; each flow's own items are of these. */
export function addDevices(emulator: Emulator, choice: Choice): Machine[] {
	return Array.from({ length: choice.items }, (_, n) => {
		const device = emulator.addDevice({
			computerDnsName: NAME(n),
			machineTags: ['case'],
			scripts: { [SCRIPT]: script(choice) },
			files: { [PATH]: { content: FILE }, [SECOND_PATH]: { content: FILE } },
			package: { content: PACKAGE },
		});
		emulator.addAction({
			machineId: device.id,
			requestorComment: 'another case',
			createdAt: emulator.now() - 90_000,
			endedAt: emulator.now() - 30_000,
			commands: [{ type: 'RunScript', name: OTHER_SCRIPT, script: { output: OTHER_OUTPUT, md5: false } }],
		});
		return device;
	});
}

/** Input items of devices. */
export const itemsOf = (devices: Machine[]): INodeExecutionData[] =>
	devices.map(({ id, computerDnsName }) => ({ json: { id, name: computerDnsName } }));

/** The parameter that chooses an input item's device, by its name or id. */
export const machineId = ({ variant }: Choice): IDataObject['machineId'] =>
	variant % 2 === 0 ? { __rl: true, mode: 'name', value: '={{ $json.name }}' } : '={{ $json.id }}';

/** How an action ends: it has ended, or does so soon. */
export function ends(emulator: Emulator, { variant }: Choice): ActionInput {
	if (variant % 3 !== 0) return {};
	return { endedAt: emulator.now() + 15_000, createdAt: emulator.now() - 1000, status: 'Succeeded' };
}

/** An action for each item, ended or about to. */
export function addActions(emulator: Emulator, choice: Choice): INodeExecutionData[] {
	return addDevices(emulator, choice).map(({ id }) => {
		const command =
			choice.variant % 2 === 0
				? { type: 'RunScript' as const, name: SCRIPT, script: script(choice) }
				: { type: 'GetFile' as const, name: PATH, file: { content: FILE } };
		return { json: { id: emulator.addAction({ machineId: id, commands: [command], ...ends(emulator, choice) }).id } };
	});
}

export const onlyOne = () => 1;
