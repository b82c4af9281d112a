import { EXPECTED_SCRIPT_NAME, RESULT_OPTIONS } from '../fields/resultOptions';
import { pollIntervalOption } from '../fields/waiting';
import type { ParseOutput } from '../result/output';
import type { Program } from '../result/pattern/compile';
import { compile } from '../result/pattern/compile';
import type { ResultSettings } from '../result/settings';
import type { Limits } from '../service/pacing';
import { SERVICE_LIMITS } from '../service/pacing';
import { readCollection } from './collection';
import type { Parameters } from './parameters';
import { asText, readFlag, readWholeNumber, parameterError } from './parameters';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;

/** A week: Defender itself gives up on a device long before. */
const MAX_WAIT_MIN = 7 * 24 * 60;

/** Less would only cost calls: an action takes minutes. */
const SHORTEST_INTERVAL_S = 5;

function readExitCodes(context: Parameters, value: unknown, itemIndex: number): number[] {
	const codes = (asText(value) ?? '').split(',').map((code) => code.trim());
	if (codes.every((code) => /^[+-]?\d+$/.test(code))) return codes.map(Number);
	throw parameterError(
		context,
		itemIndex,
		'Success Exit Codes',
		'is no list of whole numbers',
		'Enter codes separated by commas, e.g. 0,3010.',
	);
}

/** How many groups a pattern has; undefined where it is none. */
function groupsOf(pattern: string): number | undefined {
	try {
		// With an empty alternative it matches anything, so that its groups can be counted.
		return (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1;
	} catch {
		return undefined;
	}
}

function readPattern(context: Parameters, value: unknown, itemIndex: number): Program | undefined {
	const pattern = asText(value) ?? '(';
	if (pattern === '') return undefined;
	if (!groupsOf(pattern)) {
		throw parameterError(
			context,
			itemIndex,
			'Exit Code Pattern',
			'is no regular expression with a group',
			'Put the digits of the exit code in parentheses, e.g. ^RESULT=(\\d+)$.',
		);
	}
	const program = compile(pattern);
	if (!('refused' in program)) return program;
	throw parameterError(
		context,
		itemIndex,
		'Exit Code Pattern',
		program.refused,
		'So it could take for ever on an output that is made for it. Write it simpler, e.g. ^RESULT=(\\d+)$.',
	);
}

function readParseOutput(context: Parameters, value: unknown, itemIndex: number): ParseOutput {
	if (value === 'none' || value === 'json' || value === 'lines') return value;
	throw parameterError(context, itemIndex, 'Parse Output', 'is none of its choices', 'Enter none, json or lines.');
}

function readBinaryPropertyName(context: Parameters, value: unknown, itemIndex: number): string {
	const name = asText(value) ?? '';
	if (name !== '' && name !== '__proto__') return name;
	throw parameterError(context, itemIndex, 'Binary Property', 'is no name of a field', 'Enter a name such as data.');
}

function readExpectedScript(context: Parameters, value: unknown, itemIndex: number): string {
	const name = asText(value);
	if (name !== undefined) return name;
	// Left out, any script's result would be accepted.
	throw parameterError(
		context,
		itemIndex,
		'Expected Script Name',
		'is not a text',
		'Enter the name of the script, e.g. check-baseline.ps1.',
	);
}

/** Every option of the results, those included that hold for the whole node: each item's are checked. */
const OPTIONS = { name: 'options', displayName: 'Options', entries: [...RESULT_OPTIONS, EXPECTED_SCRIPT_NAME, pollIntervalOption] };

/** The options of an item, checked. */
export function readResultSettings(context: Parameters, itemIndex: number): ResultSettings {
	const options = readCollection(context, OPTIONS, itemIndex);
	const flag = (name: string, displayName: string, fallback: boolean) =>
		readFlag(context, context.getNodeParameter(name, itemIndex, fallback), itemIndex, displayName);
	const option = (name: string, displayName: string, fallback: boolean) =>
		readFlag(context, options[name] ?? fallback, itemIndex, displayName);
	const size = Number(asText(options.maxDownloadSize ?? 1024) || NaN);
	if (!(size > 0)) {
		throw parameterError(context, itemIndex, 'Max Download Size', 'is no size', 'Enter a number of megabytes above 0.');
	}
	return {
		followLink: flag('followLink', 'Follow Link', true),
		simplify: flag('simplify', 'Simplify', true),
		includeLink: option('includeLink', 'Include Link', false),
		successExitCodes: readExitCodes(context, options.successExitCodes ?? '0', itemIndex),
		exitCodePattern: readPattern(context, options.exitCodePattern ?? '', itemIndex),
		parseOutput: readParseOutput(context, options.parseOutput ?? 'none', itemIndex),
		splitOutput: option('splitOutput', 'Split Output', false),
		stripBanner: option('stripBanner', 'Strip Banner', true),
		maxOutputLength: readWholeNumber(context, options.maxOutputLength ?? 0, itemIndex, 'Max Output Length', 0),
		decompress: option('decompress', 'Decompress', true),
		maxDownloadBytes: Math.floor(size * MEGABYTE),
		binaryPropertyName: readBinaryPropertyName(context, options.binaryPropertyName ?? 'data', itemIndex),
		expectedScriptName: readExpectedScript(context, options.expectedScriptName, itemIndex),
	};
}

/** How long an item waits, and how often it looks meanwhile. */
export interface Waiting {
	intervalMs: number;
	/** 0 when it does not wait for what was started. */
	maxWaitMs: number;
	/** How long a run waits for a device that is busy, where it is told to. */
	maxBusyMs: number;
}

export function readWaiting(context: Parameters, itemIndex: number): Waiting {
	const options = readCollection(context, { ...OPTIONS, entries: [pollIntervalOption] }, itemIndex);
	const waits = readFlag(context, context.getNodeParameter('waitForCompletion', itemIndex, true), itemIndex, 'Wait for Completion');
	const entered = asText(context.getNodeParameter('maxWaitMinutes', itemIndex, 20)) || 'nothing';
	const minutes = Number(entered);
	if (!(minutes >= 0 && minutes <= MAX_WAIT_MIN)) {
		throw parameterError(context, itemIndex, 'Max Wait', 'is not a valid time', `Enter a number of minutes, ${MAX_WAIT_MIN} at most.`);
	}
	const seconds = readWholeNumber(context, options.pollInterval ?? 10, itemIndex, 'Poll Interval', 0);
	return {
		intervalMs: Math.max(SHORTEST_INTERVAL_S, seconds) * SECOND_MS,
		maxWaitMs: waits ? minutes * MINUTE_MS : 0,
		maxBusyMs: minutes * MINUTE_MS,
	};
}

/** The user's limits for results: the first item's values hold. */
export function readResultLimits(context: Parameters): Limits {
	const options = readCollection(context, OPTIONS, 0);
	const { perMinute, perHour } = SERVICE_LIMITS.results;
	return {
		perMinute: readWholeNumber(context, options.callsPerMinute ?? perMinute, 0, 'Calls per Minute', 0),
		perHour: readWholeNumber(context, options.callsPerHour ?? perHour, 0, 'Calls per Hour', 0),
	};
}
