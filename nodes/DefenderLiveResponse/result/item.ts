import type { IDataObject } from 'n8n-workflow';
import type { CallStats } from '../service/callStats';
import type { ActionCommand, MachineAction } from '../service/machineAction';
import type { CollectedFile } from '../download/collectedFile';
import type { Outcome } from './outcome';
import { errorsOf } from './outcome';
import { keepEnd, parseOutput, takeOffBanner, withoutNuls } from './output';
import type { ResultSettings } from './settings';
import type { Transcript } from './transcript';

const NO_FILE = { fileName: null, fileSize: null, mimeType: null, sha256: null };

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
	machineActionId: string;
	commandIndex: number;
	action?: MachineAction;
	command?: ActionCommand;
	outcome: Outcome;
	/** The service's reasons, then the node's. */
	errors: string[];
	/** What the user may want to know and need not act on. */
	warnings: string[];
	transcript?: Transcript;
	/** The downloaded object, or the text that is none. */
	raw?: IDataObject;
	file?: CollectedFile;
	link?: { url: string; expiresAt: string | null };
	download?: DownloadReport;
}

function commandType(result: CommandResult): string | null {
	return result.command?.command?.type ?? null;
}

/** The script that the command was sent with. */
export function scriptNameOf(command: ActionCommand | undefined): string | null {
	const params = command?.command?.params ?? [];
	const name = params.find(({ key }) => key === 'ScriptName')?.value ?? null;
	return name && withoutNuls(name);
}

function transcriptKeys(result: CommandResult, settings: ResultSettings): IDataObject {
	const { transcript } = result;
	if (!transcript) {
		const nothing: IDataObject = {
			script_name: scriptNameOf(result.command),
			exit_code: null,
			script_output: null,
			script_error: null,
		};
		return settings.parseOutput === 'none' ? nothing : { ...nothing, output: null };
	}
	const printed = withoutNuls(transcript.script_output);
	const banner = takeOffBanner(printed);
	const output = keepEnd(settings.stripBanner ? banner.text : printed, settings.maxOutputLength);
	const error = keepEnd(withoutNuls(transcript.script_error), settings.maxOutputLength);
	const keys: IDataObject = {
		script_name: (transcript.script_name && withoutNuls(transcript.script_name)) ?? scriptNameOf(result.command),
		exit_code: transcript.exit_code,
		script_output: output.text,
		script_error: error.text,
	};
	if (settings.stripBanner && banner.path !== undefined) keys.transcriptPath = banner.path;
	if (output.cut + error.cut > 0) keys.omittedCharacters = output.cut + error.cut;
	if (settings.parseOutput !== 'none') {
		keys.output = parseOutput(banner.text, settings.parseOutput) as IDataObject;
	}
	return keys;
}

/** The item for `followLink: false`: the link, and what is known without following it. */
function linkItem(result: CommandResult): IDataObject {
	return {
		machineActionId: result.machineActionId,
		commandIndex: result.commandIndex,
		commandType: commandType(result),
		outcome: result.outcome,
		downloadLink: result.link?.url ?? null,
		linkExpiresAt: result.link?.expiresAt ?? null,
	};
}

/**
 * The `json` of an item. Its shape does not depend on how the command went.
 *
 * @param stats what the result cost
 */
export function itemOf(result: CommandResult, settings: ResultSettings, stats: CallStats): IDataObject {
	if (!settings.followLink) return linkItem(result);
	const { action, link } = result;
	const item: IDataObject = {
		machineActionId: result.machineActionId,
		commandIndex: result.commandIndex,
		commandType: commandType(result),
		outcome: result.outcome,
		...transcriptKeys(result, settings),
		errors: [...errorsOf(result.command), ...result.errors],
		machineId: action?.machineId ?? null,
		computerDnsName: action?.computerDnsName ?? null,
		...(commandType(result) === 'GetFile' ? (result.file ?? NO_FILE) : {}),
	};
	if (settings.includeLink) {
		item.downloadLink = link?.url ?? null;
		item.linkExpiresAt = link?.expiresAt ?? null;
	}
	if (!settings.simplify) {
		const { bytes, contentType, linkExpiresAt, sha256, retrievedAt } = result.download ?? {};
		item.machineAction = (action?.entity ?? null) as IDataObject;
		item.command = (entityOf(result) ?? null) as IDataObject;
		item.transcript = result.raw ?? null;
		item.download = {
			bytes: bytes ?? null,
			contentType: contentType ?? null,
			linkExpiresAt: linkExpiresAt ?? link?.expiresAt ?? null,
			sha256: sha256 ?? null,
			retrievedAt: retrievedAt ?? null,
			warnings: result.warnings,
			...stats,
		};
	}
	return item;
}

/** The command as the service sent it. */
function entityOf({ action, commandIndex }: CommandResult): unknown {
	const commands: unknown = action?.entity.commands;
	return Array.isArray(commands)
		? commands.find((command: { index?: unknown } | null) => command?.index === commandIndex)
		: undefined;
}

/** One item for each element of the parsed output, where it is a list; else the item alone. */
export function splitItem(item: IDataObject): IDataObject[] {
	const { output } = item;
	// An empty list keeps its item: a device without findings is a result too.
	return Array.isArray(output) && output.length > 0
		? output.map((element) => ({ ...item, output: element as IDataObject }))
		: [item];
}
