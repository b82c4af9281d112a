import type { INodeProperties } from 'n8n-workflow';
import type { Row, Rows, Values } from '../fields/row';
import { asText, choice, collectionField, flag, text, InvalidValue, wholeNumber } from '../fields/row';
import { simplify } from '../fields/simplify';
import { waitingFor, WAITING_OPTIONS } from '../fields/waiting';
import { LABELS } from '../service/labels';
import { SERVICE_LIMITS } from '../service/pacing';
import type { Program } from './pattern/compile';
import { compile } from './pattern/compile';

const MEGABYTE = 1024 * 1024;

function readExitCodes(entered: string): number[] {
	const codes = entered.split(',').map((code) => code.trim());
	if (codes.every((code) => /^[+-]?\d+$/.test(code))) return codes.map(Number);
	throw new InvalidValue('is not a list of whole numbers', 'Enter codes separated by commas, e.g. 0,3010.');
}

/** How many groups a pattern has; undefined where it is not a pattern. */
function groupsOf(pattern: string): number | undefined {
	try {
		// With an empty alternative it matches anything, so that its groups can be counted.
		return (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
	} catch {
		return undefined;
	}
}

/** A pattern with a group; undefined where none was entered. */
function readPattern(pattern: string): Program | undefined {
	if (pattern === '') return undefined;
	if (!groupsOf(pattern)) {
		const advice = 'Put the digits of the exit code in parentheses, e.g. ^RESULT=(\\d+)$.';
		throw new InvalidValue('is not a regular expression with a group', advice);
	}
	const program = compile(pattern);
	if (!('refused' in program)) return program;
	throw new InvalidValue(program.refused, 'On some outputs its search would never end. Write it more simply, e.g. ^RESULT=(\\d+)$.');
}

/** Read as bytes. */
const maxDownloadSize: Row<number> = {
	field: {
		displayName: `${LABELS.maxDownloadSize} (MB)`,
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1024,
		description: 'A larger result, compressed or not, is refused',
	},
	read(value) {
		const size = Number(asText(value) || NaN);
		if (size > 0) return Math.floor(size * MEGABYTE);
		throw new InvalidValue('is not a valid size', 'Enter a number of megabytes above 0.');
	},
};

function readFieldName(name: string): string {
	if (name !== '' && name !== '__proto__') return name;
	throw new InvalidValue('is not a valid field name', 'Enter a name such as data.');
}

/** How a result is read and shown. An option that is not added has the value that it would be added with. */
export const RESULT_OPTIONS = {
	binaryPropertyName: text('File: Put Output File in Field', 'Where a collected file is stored', { default: 'data' }, readFieldName),
	decompress: flag('File: Decompress', true, 'Whether to decompress a collected file, which Defender delivers as gzip'),
	exitCodePattern: text(
		'Exit Code: Pattern',
		'A regular expression whose first group, at its last match in the output, is the exit code. Without a match: unreadable.',
		{ placeholder: 'e.g. ^RESULT=(\\d+)$' },
		readPattern,
	),
	includeLink: flag(
		'Output: Include Link',
		false,
		'Whether to add the download link to the item. Anyone who has the link can read the result for 30 minutes.',
	),
	maxDownloadSize,
	maxOutputLength: wholeNumber(LABELS.maxOutputLength, 0, "How many characters of the script's output to keep, from its end. 0 keeps all."),
	parseOutput: choice(
		'Output: Parse',
		[
			['json', 'As JSON'],
			['lines', 'As Lines'],
			['none', 'No'],
		],
		'none',
		"How to parse the script's output into the field output",
	),
	splitOutput: flag('Output: Split', false, 'Whether to make one item of each element of the parsed output'),
	stripBanner: flag(
		'Output: Strip Banner',
		true,
		"Whether to remove PowerShell's first line from the output and keep its path as transcriptPath",
	),
	transcriptAsFile: flag(
		'File: Add Transcript',
		false,
		'Whether to add the transcript of a script as a file, as it was downloaded, with its SHA-256',
	),
	successExitCodes: text(
		'Exit Code: Success Codes',
		'Exit codes that count as success, separated by commas',
		{ default: '0', placeholder: 'e.g. 0,3010' },
		readExitCodes,
	),
};

const { perMinute, perHour } = SERVICE_LIMITS.results;

/** How fast results are asked for. */
export const RATE_OPTIONS = {
	callsPerHour: wholeNumber(
		LABELS.callsPerHour,
		perHour,
		`How many results to ask for in an hour, 0 for no limit. The service's limit is ${perHour}.`,
	),
	callsPerMinute: wholeNumber(
		LABELS.callsPerMinute,
		perMinute,
		`How many results to ask for in a minute, 0 for no limit. The service's limit is ${perMinute}.`,
	),
};

/** Where the script is not chosen in the node itself. */
export const SCRIPT_OPTIONS = {
	expectedScriptName: text(LABELS.expectedScriptName, 'A result of another script is refused', { placeholder: 'e.g. check-baseline.ps1' }),
};

/** Fields next to the options. */
export const RESULT_PARAMETERS = {
	followLink: flag(
		'Follow Link',
		true,
		'Whether to download the result. If off, the item has a link instead. Anyone who has the link can read the result.',
	),
	simplify,
};

/** How the user wants a result read and shown. */
export type ResultSettings = Values<typeof RESULT_PARAMETERS & typeof RESULT_OPTIONS & typeof SCRIPT_OPTIONS>;

/** The Options of an operation that gives results. */
export function resultOptions(own: Rows = { ...SCRIPT_OPTIONS, ...WAITING_OPTIONS }): INodeProperties {
	return collectionField('options', { ...RESULT_OPTIONS, ...RATE_OPTIONS, ...own });
}

/** How an investigation package is downloaded and stored. */
export const PACKAGE_OPTIONS = { binaryPropertyName: RESULT_OPTIONS.binaryPropertyName, maxDownloadSize };

/** A device takes many minutes to gather its package. */
export const PACKAGE_WAITING = waitingFor(true, 60);
