import type { INodeProperties } from 'n8n-workflow';
import { pollIntervalOption } from './waiting';

/** Of every operation that gives results. */
export const RESULT_OPTIONS: INodeProperties[] = [
	{
		displayName: 'Binary Property',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		description: 'Where a collected file goes',
	},
	{
		displayName: 'Calls per Hour',
		name: 'callsPerHour',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 1500,
		description: "How many results to ask for in an hour, 0 for no limit. The service's limit is 1500.",
	},
	{
		displayName: 'Calls per Minute',
		name: 'callsPerMinute',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 100,
		description: "How many results to ask for in a minute, 0 for no limit. The service's limit is 100.",
	},
	{
		displayName: 'Decompress',
		name: 'decompress',
		type: 'boolean',
		default: true,
		description: 'Whether to decompress a collected file, which Defender delivers as gzip',
	},
	{
		displayName: 'Exit Code Pattern',
		name: 'exitCodePattern',
		type: 'string',
		default: '',
		placeholder: 'e.g. ^RESULT=(\\d+)$',
		description:
			'A regular expression for scripts that print their own verdict. The first group of its last match in the output is the exit code. A result without one is unreadable.',
	},
	{
		displayName: 'Include Link',
		name: 'includeLink',
		type: 'boolean',
		default: false,
		description: 'Whether to add the download link to the item. It opens the result to whoever holds it, for 30 minutes.',
	},
	{
		displayName: 'Max Download Size (MB)',
		name: 'maxDownloadSize',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1024,
		description: 'A larger result, compressed or not, is not taken',
	},
	{
		displayName: 'Max Output Length',
		name: 'maxOutputLength',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		description: "How many characters of the script's output to keep, from its end. 0 keeps all.",
	},
	{
		displayName: 'Parse Output',
		name: 'parseOutput',
		type: 'options',
		options: [
			{ name: 'As JSON', value: 'json' },
			{ name: 'As Lines', value: 'lines' },
			{ name: 'No', value: 'none' },
		],
		default: 'none',
		description: "Whether to read the script's output as data, which is then in the field output",
	},
	{
		displayName: 'Split Output',
		name: 'splitOutput',
		type: 'boolean',
		default: false,
		description: 'Whether to make one item of each element of the parsed output',
	},
	{
		displayName: 'Strip Banner',
		name: 'stripBanner',
		type: 'boolean',
		default: true,
		description: "Whether to take PowerShell's first line off the output and keep the path it names as transcriptPath",
	},
	{
		displayName: 'Success Exit Codes',
		name: 'successExitCodes',
		type: 'string',
		default: '0',
		placeholder: 'e.g. 0,3010',
		description: 'Exit codes that count as success, separated by commas',
	},
];

export const EXPECTED_SCRIPT_NAME: INodeProperties = {
	displayName: 'Expected Script Name',
	name: 'expectedScriptName',
	type: 'string',
	default: '',
	placeholder: 'e.g. check-baseline.ps1',
	description: 'A result of another script is refused',
};

/**
 * The Options of an operation that gives results.
 *
 * @param own options of this operation alone
 */
export function resultOptions(own: INodeProperties[] = [EXPECTED_SCRIPT_NAME, pollIntervalOption]): INodeProperties {
	const byName = (a: INodeProperties, b: INodeProperties) => a.displayName.localeCompare(b.displayName);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...RESULT_OPTIONS, ...own].sort(byName),
	};
}
