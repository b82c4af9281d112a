import type { IDataObject } from 'n8n-workflow';
import type { CollectedFile } from '../download/collectedFile';
import type { CallStats } from '../service/callStats';
import type { ActionCommand, MachineAction } from '../service/machineAction';
import { isType, scriptNameOf } from './commandParams';
import { errorsOf, startedOf } from './commandState';
import type { Outcome } from './outcome';
import type { ResultSettings } from './options';
import type { ShownTranscript } from './shownTranscript';

/** The keys of a file, where there is none. */
export const NO_FILE = { fileName: null, fileSize: null, mimeType: null, sha256: null };

/** What was downloaded, for those who switch `simplify` off. */
export interface DownloadReport {
	bytes: number;
	contentType: string | null;
	linkExpiresAt: string | null;
	sha256: string;
	/** ISO 8601. */
	retrievedAt: string;
}

/** All that is known of one command in the end. */
export interface CommandResult {
	/** null where nothing was sent. */
	machineActionId: string | null;
	commandIndex: number;
	action: MachineAction;
	/** undefined where the action lists none with this index. */
	command: ActionCommand | undefined;
	outcome: Outcome;
	/** The service's reasons, then the node's. */
	errors: string[];
	/** What the user may want to know and need not act on. */
	warnings: string[];
	/** Whether the action may have gone on since it was last seen. */
	isStale?: boolean;
	transcript?: ShownTranscript;
	/** The transcript as downloaded, where it is to be shown. */
	raw?: IDataObject;
	file?: CollectedFile;
	link?: { url: string; expiresAt: string | null };
	download?: DownloadReport;
}

/** What an item says of its command and device besides the result, in the order of the contract. */
function commandKeys({ machineActionId, commandIndex, action, command }: CommandResult): IDataObject {
	return { commandType: command?.command?.type ?? null, commandIndex, machineActionId, machineId: action.machineId ?? null };
}

/** Whether the device began the command. What had not when it was last seen may have since. */
function hasStarted({ action, command, link, isStale }: CommandResult): boolean | null {
	const started = startedOf(action, command, link !== undefined);
	return isStale && !started ? null : started;
}

/** The item for `followLink: false`: the link, and what is known without following it. */
function linkItem(result: CommandResult): IDataObject {
	return {
		computerDnsName: result.action.computerDnsName ?? null,
		outcome: result.outcome,
		downloadLink: result.link?.url ?? null,
		linkExpiresAt: result.link?.expiresAt ?? null,
		started: hasStarted(result),
		...commandKeys(result),
	};
}

/** Keys that are there only where there is something to tell, or where the user asks for them. */
function extrasOf(result: CommandResult, settings: ResultSettings, stats: CallStats): IDataObject {
	const { action, transcript, link, raw, warnings } = result;
	const extras: IDataObject = {};
	if (settings.parseOutput !== 'none') extras.output = (transcript?.output ?? null) as IDataObject | null;
	if (transcript?.transcriptPath !== undefined) extras.transcriptPath = transcript.transcriptPath;
	if (transcript?.omittedCharacters !== undefined) extras.omittedCharacters = transcript.omittedCharacters;
	if (settings.transcriptAsFile || isType(result.command, 'GetFile')) Object.assign(extras, result.file ?? NO_FILE);
	if (settings.includeLink) {
		extras.downloadLink = link?.url ?? null;
		extras.linkExpiresAt = link?.expiresAt ?? null;
	}
	if (!settings.simplify) {
		extras.machineAction = action.entity as IDataObject;
		extras.command = (entityOf(result) ?? null) as IDataObject;
		extras.transcript = raw ?? null;
		const notDownloaded = { bytes: null, contentType: null, linkExpiresAt: link?.expiresAt ?? null, sha256: null, retrievedAt: null };
		extras.download = { ...notDownloaded, ...result.download, warnings, ...stats };
	}
	return extras;
}

/** The `json` of an item. Its shape does not depend on how the command went. */
export function itemOf(result: CommandResult, settings: ResultSettings, stats: CallStats): IDataObject {
	if (!settings.followLink) return linkItem(result);
	const { action, command, transcript } = result;
	return {
		computerDnsName: action.computerDnsName ?? null,
		outcome: result.outcome,
		exit_code: transcript?.exit_code ?? null,
		script_output: transcript?.script_output ?? null,
		script_error: transcript?.script_error ?? null,
		errors: [...errorsOf(command), ...result.errors],
		started: hasStarted(result),
		script_name: transcript?.script_name || scriptNameOf(command),
		...commandKeys(result),
		...extrasOf(result, settings, stats),
	};
}

/** The same keys without values, for a command that was refused: a table of items has no empty cells in between. */
export function withoutResult({ followLink }: Pick<ResultSettings, 'followLink'>): IDataObject {
	const place = { commandType: null, commandIndex: null, machineActionId: null, machineId: null };
	const first = { computerDnsName: null, outcome: null };
	if (!followLink) return { ...first, downloadLink: null, linkExpiresAt: null, started: null, ...place };
	const result = { exit_code: null, script_output: null, script_error: null, errors: [], started: null, script_name: null };
	return { ...first, ...result, ...place };
}

/** The command as the service sent it. */
function entityOf({ action, commandIndex }: CommandResult): unknown {
	const { commands } = action.entity;
	const place = action.commands.findIndex(({ index }) => index === commandIndex);
	return Array.isArray(commands) ? (commands as unknown[])[place] : undefined;
}
