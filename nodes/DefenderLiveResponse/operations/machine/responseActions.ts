import { choice, text, InvalidValue } from '../../fields/row';
import { responseCall } from '../../service/calls';
import type { Operation } from '../operation';
import type { ResponseRow } from './response';
import { responseOperation } from './response';

const isolationType = choice(
	'Isolation Type',
	[
		['Full', 'Full', 'Cuts off everything but the connection to Defender'],
		['Selective', 'Selective', 'Leaves Outlook, Teams and Skype for Business connected as well'],
		['UnManagedDevice', 'Contain Unmanaged Device', 'Blocks traffic between onboarded devices and a device that is not onboarded'],
	],
	'Full',
	'How the device is cut off',
);

const scanType = choice(
	'Scan Type',
	[
		['Quick', 'Quick', 'Scans where malware usually starts. Takes minutes.'],
		['Full', 'Full', 'Scans all files. Takes hours.'],
	],
	'Quick',
	'How much is scanned',
);

const sha1 = text(
	'SHA-1',
	'SHA-1 digest of the file (40 hexadecimal digits): Defender accepts no other here',
	{ required: true, placeholder: 'e.g. 87662bc3d60e4200ceaf7aae249d1c343f4b83c9' },
	(entered) => {
		if (/^[0-9a-f]{40}$/i.test(entered)) return entered.toLowerCase();
		const what = entered === '' ? 'is empty' : 'is not the SHA-1 digest of a file';
		throw new InvalidValue(what, 'Enter 40 hexadecimal digits. Defender accepts no SHA-256 or MD5 digest here.');
	},
);

/** The response actions, one a row. Source: Microsoft's page of each. */
const RESPONSES: ResponseRow[] = [
	{
		value: 'isolate',
		action: 'Isolate device',
		description: 'Cut a device off from the network',
		toolDescription:
			'Isolate a device from the network, or contain one that is not onboarded. Acts on the device: it keeps its connection to Defender only, until it is released. Takes a minute, longer while it is offline.',
		kind: responseCall('isolate the device', 'Machine.Isolate', {
			name: 'Isolate Device',
			type: 'Isolate',
			path: 'isolate',
			systems: 'Windows 10 1703 or later (Selective: 1709), Windows 11 and supported Linux. Not macOS',
		}),
		own: { name: 'isolationType', row: isolationType, bodyName: 'IsolationType' },
		// What is contained must not be onboarded; whatever else is asked for needs the agent.
		onboarded: (type) => (type === 'UnManagedDevice' ? 'never' : 'required'),
	},
	{
		value: 'release',
		action: 'Release device from isolation',
		description: 'Reconnect an isolated device to the network',
		toolDescription:
			'Release a device from isolation or containment. Acts on the device: it is connected to the network again. Takes a minute.',
		kind: responseCall('release the device from isolation', 'Machine.Isolate', {
			name: 'Release From Isolation',
			type: 'Unisolate',
			path: 'unisolate',
			systems: 'Windows 10 1703 or later, Windows 11 and supported Linux. Not macOS',
		}),
		// It ends containment as well.
		onboarded: () => 'any',
	},
	{
		value: 'runAntivirusScan',
		action: 'Run antivirus scan on device',
		description: 'Scan a device with Microsoft Defender Antivirus',
		toolDescription:
			'Start a scan with Microsoft Defender Antivirus on a device. Acts on the device: it scans, and cleans what it finds. A quick scan takes minutes, a full one hours.',
		kind: responseCall('run an antivirus scan', 'Machine.Scan', {
			name: 'Run Antivirus Scan',
			type: 'RunAntiVirusScan',
			path: 'runAntiVirusScan',
			systems: 'Windows 10 1709 or later and Windows 11',
		}),
		own: { name: 'scanType', row: scanType, bodyName: 'ScanType' },
	},
	{
		value: 'restrictApps',
		action: 'Restrict app execution on device',
		description: 'Let a device run only programs signed by Microsoft',
		toolDescription:
			'Let a device run only programs that Microsoft has signed. Acts on the device: other programs do not start, until the restrictions are removed. Takes a minute.',
		kind: responseCall('restrict app execution', 'Machine.RestrictExecution', {
			name: 'Restrict App Execution',
			type: 'RestrictCodeExecution',
			path: 'restrictCodeExecution',
			systems: 'Windows 10 1709 or later and Windows 11, with Microsoft Defender Antivirus',
		}),
	},
	{
		value: 'unrestrictApps',
		action: 'Remove app restrictions from device',
		description: 'Let a device run all programs again',
		toolDescription: 'Let a device run all programs again. Acts on the device: it ends Restrict App Execution. Takes a minute.',
		kind: responseCall('remove the app restrictions', 'Machine.RestrictExecution', {
			name: 'Remove App Restrictions',
			type: 'UnrestrictCodeExecution',
			path: 'unrestrictCodeExecution',
			systems: 'Windows 10 1709 or later and Windows 11, with Microsoft Defender Antivirus',
		}),
	},
	{
		value: 'quarantineFile',
		action: 'Stop and quarantine file on device',
		description: 'Stop a file on a device and move it to quarantine',
		toolDescription:
			'Stop the processes of a file on a device and move the file to quarantine. Acts on the device: the file cannot be used there until it is restored. Takes a minute.',
		kind: responseCall('stop and quarantine the file', 'Machine.StopAndQuarantine', {
			name: 'Stop and Quarantine File',
			type: 'StopAndQuarantineFile',
			path: 'StopAndQuarantineFile',
			systems: 'Windows 10 1703 or later and Windows 11; not for files that Microsoft or a trusted publisher has signed',
		}),
		own: { name: 'sha1', row: sha1, bodyName: 'Sha1' },
	},
];

export const responseActions: Operation[] = RESPONSES.map(responseOperation);
