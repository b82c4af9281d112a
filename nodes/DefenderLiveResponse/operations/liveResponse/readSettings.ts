import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { ParseOutput } from '../../result/output';
import type { ResultSettings } from '../../result/settings';
import type { Limits } from '../../service/pacing';
import { SERVICE_LIMITS } from '../../service/pacing';
import { readWholeNumber, wrongParameter } from '../parameters';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;

/** Less would only cost calls: an action takes minutes. */
const SHORTEST_INTERVAL_S = 5;

function readExitCodes(context: IExecuteFunctions, value: unknown, itemIndex: number): number[] {
	const codes = String(value ?? '0').split(',').map((code) => code.trim());
	if (codes.every((code) => /^[+-]?\d+$/.test(code))) return codes.map(Number);
	throw wrongParameter(
		context,
		itemIndex,
		'Success Exit Codes',
		'is no list of whole numbers',
		'Enter codes separated by commas, e.g. 0,3010.',
	);
}

function readPattern(context: IExecuteFunctions, value: unknown, itemIndex: number): RegExp | undefined {
	if (typeof value !== 'string' || value === '') return undefined;
	try {
		// With an empty alternative it matches anything, so that its groups can be counted.
		const groups = (new RegExp(`${value}|`).exec('')?.length ?? 1) - 1;
		if (groups >= 1) return new RegExp(value, 'gm');
	} catch {
		// Told below, like a pattern without a group.
	}
	throw wrongParameter(
		context,
		itemIndex,
		'Exit Code Pattern',
		'is no regular expression with a group',
		'Put the digits of the exit code in parentheses, e.g. ^RESULT=(\\d+)$.',
	);
}

/** The options of an item, checked. */
export function readResultSettings(context: IExecuteFunctions, itemIndex: number): ResultSettings {
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const flag = (name: string, fallback: boolean) => context.getNodeParameter(name, itemIndex, fallback) as boolean;
	const size = Number(options.maxDownloadSize ?? 1024);
	if (!(size > 0)) {
		throw wrongParameter(context, itemIndex, 'Max Download Size', 'is no size', 'Enter a number of megabytes above 0.');
	}
	return {
		followLink: flag('followLink', true),
		simplify: flag('simplify', true),
		includeLink: (options.includeLink ?? false) as boolean,
		successExitCodes: readExitCodes(context, options.successExitCodes, itemIndex),
		exitCodePattern: readPattern(context, options.exitCodePattern, itemIndex),
		parseOutput: (options.parseOutput ?? 'none') as ParseOutput,
		splitOutput: (options.splitOutput ?? false) as boolean,
		stripBanner: (options.stripBanner ?? true) as boolean,
		maxOutputLength: readWholeNumber(context, options.maxOutputLength ?? 0, itemIndex, 'Max Output Length', 0),
		decompress: (options.decompress ?? true) as boolean,
		maxDownloadBytes: Math.floor(size * MEGABYTE),
		expectedScriptName: String(options.expectedScriptName ?? '').trim(),
	};
}

/** Where a collected file goes. */
export function readBinaryPropertyName(context: IExecuteFunctions, itemIndex: number): string {
	const { binaryPropertyName } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	return String(binaryPropertyName ?? 'data');
}

/** How all items of the node are waited for together: the first item's values hold. */
export interface Waiting {
	intervalMs: number;
	/** 0 when the node does not wait. */
	maxWaitMs: number;
}

export function readWaiting(context: IExecuteFunctions): Waiting {
	const options = context.getNodeParameter('options', 0, {}) as IDataObject;
	const waits = context.getNodeParameter('waitForCompletion', 0, true) as boolean;
	const minutes = waits ? Number(context.getNodeParameter('maxWaitMinutes', 0, 20)) : 0;
	if (!(minutes >= 0)) {
		throw wrongParameter(context, 0, 'Max Wait', 'is no time', 'Enter a number of minutes.');
	}
	const seconds = readWholeNumber(context, options.pollInterval ?? 10, 0, 'Poll Interval', 0);
	return {
		intervalMs: Math.max(SHORTEST_INTERVAL_S, seconds) * SECOND_MS,
		maxWaitMs: minutes * MINUTE_MS,
	};
}

/** The user's limits for results: the first item's values hold. */
export function readResultLimits(context: IExecuteFunctions): Limits {
	const options = context.getNodeParameter('options', 0, {}) as IDataObject;
	const { perMinute, perHour } = SERVICE_LIMITS.results;
	return {
		perMinute: readWholeNumber(context, options.callsPerMinute ?? perMinute, 0, 'Calls per Minute', 0),
		perHour: readWholeNumber(context, options.callsPerHour ?? perHour, 0, 'Calls per Hour', 0),
	};
}
