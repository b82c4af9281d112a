import type { ActionRequest, LiveResponseRequest, ResponseActionRequest } from './actionRequest';
import { isRun } from './actionRequest';
import type { ActionCommand, MachineAction } from './machineAction';
import { isLiveResponse } from './machineAction';
import { hasRunKey } from './runKey';
import { textOrEmpty } from './textOrEmpty';

/** What tells the action of a run, or of another request, from all others. */
export interface RunIdentity<Request extends ActionRequest = LiveResponseRequest> {
	request: Request;
	/** When its tries left, in ms of our clock. */
	tries: number[];
	/** The execution that it belongs to. */
	executionId?: string;
}

/** Whose an action is. */
export type Ownership =
	/**
	 * This run's, according to what the service shows. `proven` where nothing else can be meant: its comment names the
	 * execution, or it was made within seconds of a try.
	 */
	| { kind: 'own'; proven: boolean }
	/** It differs only in how the service may have rewritten the texts. This cannot be decided, so nothing may be sent again. */
	| { kind: 'unclear'; difference: string }
	| { kind: 'another'; difference: string };

/** A part of an action that is not as it was sent. */
interface Difference {
	text: string;
	/** Whether the service may have rewritten what was sent. */
	rewritten: boolean;
}

/** How long before and after a try its action may be made, in ms: the service's `Date` is in whole seconds. */
const MAX_BEFORE_TRY_MS = 2_000;
const MAX_AFTER_TRY_MS = 10_000;

/** A service that cuts texts off does not do so before this many characters. */
const MIN_CUT_LENGTH = 50;

/** Characters of a name or comment that a text quotes. */
const MAX_QUOTED = 200;

/** A text without outer blanks, with one kind of line ends and of accents. */
function normalized(text: string): string {
	return text.trim().replace(/\r\n?/g, '\n').normalize();
}

function sameText(shown: string, sent: string): boolean {
	return normalized(shown) === normalized(sent);
}

function sameName(shown: string, sent: string): boolean {
	return sameText(shown.toLowerCase(), sent.toLowerCase());
}

/** What is left of a text that was escaped, recoded or put into another case. */
function core(text: string): string {
	return text
		.replace(/&#?\w+;/g, '')
		.toLowerCase()
		.replace(/[^a-z0-9]/g, '');
}

/** Whether a service may have made one text of the other. It did where only an empty one is left of it. */
function isRewritten(shown: string, sent: string): boolean {
	const [left, whole] = [core(shown), core(sent)];
	return left === whole || shown.trim() === '' || (shown.length >= MIN_CUT_LENGTH && whole.startsWith(left));
}

function quoted(text: string): string {
	return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}

/** Commands in the order in which they were sent. Where their numbers are odd, the service's order counts. */
export function sortedByIndex(commands: ActionCommand[]): ActionCommand[] {
	const byIndex = [...commands].sort((a, b) => a.index - b.index);
	return byIndex.every(({ index }, place) => index === place) ? byIndex : commands;
}

interface Comparison {
	differences: Difference[];
	/** Whether everything that could differ was present. */
	complete: boolean;
}

/** Compares one command; its arguments are named, not shown, since they may hold a password. */
function compareCommand(
	command: ActionCommand['command'],
	sent: LiveResponseRequest['commands'][number],
	place: number,
	withArguments: boolean,
): Comparison {
	const differences: Difference[] = [];
	const type = command?.type?.trim();
	if (type && !sameName(type, sent.type)) {
		return { differences: [{ text: `its command ${place + 1} is ${quoted(type)}`, rewritten: false }], complete: true };
	}
	const shown = command?.params ?? [];
	if (shown.length === 0) return { differences, complete: false };
	const keys = new Set([...sent.params.map(({ key }) => key), ...(sent.type === 'RunScript' ? ['Args'] : [])]);
	let complete = Boolean(type);
	if (!withArguments) keys.delete('Args');
	for (const key of keys) {
		const wanted = sent.params.find((param) => param.key === key)?.value ?? '';
		const values = shown.filter((param) => sameName(param.key, key)).map(({ value }) => value ?? '');
		// Arguments are left out where there are none; what a command is about never is. A key that is not a word counts as missing.
		if (values.length === 0 && key === 'Args' && shown.every((param) => param.key !== '')) values.push('');
		if (values.length === 0) complete = false;
		const same = key === 'ScriptName' || key === 'FileName' ? sameName : sameText;
		const other = values.find((value) => !same(value, wanted));
		if (other === undefined) continue;
		if (key === 'Args') {
			const rewritten = core(other) === core(wanted) && other.trim() !== '' && wanted.trim() !== '';
			differences.push({ text: `its command ${place + 1} has other arguments`, rewritten });
		} else {
			differences.push({ text: `its command ${place + 1} is about "${quoted(other)}"`, rewritten: isRewritten(other, wanted) });
		}
	}
	return { differences, complete };
}

/** Compares the commands that the service shows with those that were sent. */
function compareCommands({ commands: shown }: MachineAction, { commands, runKey }: LiveResponseRequest): Comparison {
	const differences: Difference[] = [];
	let complete = shown.length > 0;
	if (shown.length > 0 && shown.length !== commands.length) {
		return { differences: [{ text: `its number of commands is ${shown.length}`, rewritten: false }], complete };
	}
	sortedByIndex(shown).forEach(({ command }, place) => {
		const compared = compareCommand(command, commands[place], place, runKey === undefined);
		differences.push(...compared.differences);
		complete &&= compared.complete;
	});
	return { differences, complete };
}

/** What an action shows of the field that its request had. */
function shownField({ entity }: MachineAction, name: string): string {
	const { fileIdentifier } = (entity.relatedFileInfo ?? {}) as { fileIdentifier?: unknown };
	return textOrEmpty(name === 'Sha1' ? fileIdentifier : entity.scope).trim();
}

/** Compares the field that the service shows for a response action with the one that was sent. */
function compareField(action: MachineAction, { field }: ResponseActionRequest): Comparison {
	// How the action shows that a device is contained is not documented.
	if (!field || field.value === 'UnManagedDevice') return { differences: [], complete: true };
	const shown = shownField(action, field.name);
	const isOther = shown !== '' && !sameName(shown, field.value);
	const differences = isOther ? [{ text: `its ${field.name} is "${quoted(shown)}"`, rewritten: false }] : [];
	return { differences, complete: shown !== '' };
}

/** Compares the action that the service shows with what was sent. */
function compare(action: MachineAction, request: ActionRequest): Comparison {
	const differences: Difference[] = [];
	const { machineId, comment } = request;
	const { type, machineId: device, requestorComment } = action;
	const isSameType = (shown: string) => (isRun(request) ? isLiveResponse(shown) : sameName(shown, request.kind.responseAction.type));
	if (type && !isSameType(type)) differences.push({ text: `its type is ${quoted(type)}`, rewritten: false });
	if (device && !sameName(device, machineId)) differences.push({ text: `its device is ${quoted(device)}`, rewritten: false });
	const key = runKeyOf(request);
	const isSameComment = (shown: string) => (key === undefined ? sameText(shown, comment) : hasRunKey(shown, key));
	if (typeof requestorComment === 'string' && !isSameComment(requestorComment)) {
		const text = `its comment is "${quoted(requestorComment)}"`;
		differences.push({ text, rewritten: isRewritten(requestorComment, comment) });
	}
	const rest = isRun(request) ? compareCommands(action, request) : compareField(action, request);
	const complete = Boolean(device) && typeof requestorComment === 'string' && rest.complete && (isRun(request) || Boolean(type));
	return { differences: [...differences, ...rest.differences], complete };
}

/** How the action that the service shows differs from what was sent, in words; undefined if it does not. */
export function differenceOf(action: MachineAction, request: ActionRequest): string | undefined {
	const { differences } = compare(action, request);
	return differences.length > 0 ? differences.map(({ text }) => text).join(', ') : undefined;
}

/** The key that makes a run once. */
function runKeyOf(request: ActionRequest): string | undefined {
	return isRun(request) ? request.runKey : undefined;
}

/** Whether a comment names an execution, as the default comment does. */
export function namesExecution(comment: string, executionId: string | undefined): boolean {
	if (!executionId || !/^[\w-]+$/.test(executionId)) return false;
	return new RegExp(`(?<![\\w-])execution ${executionId}(?![\\w-])`, 'i').test(comment);
}

/** Whether an action was made within seconds of one of the tries, by our clock and by the service's. */
function isNearTry({ creationDateTimeUtc }: MachineAction, tries: number[], aheadMs: number): boolean {
	const made = Date.parse(creationDateTimeUtc ?? '');
	const isNear = (at: number) => made >= at - MAX_BEFORE_TRY_MS && made <= at + MAX_AFTER_TRY_MS;
	return tries.some((at) => isNear(at) && isNear(at + aheadMs));
}

/**
 * Decides whether an action is a run's, or another request's: device, comment and every command, or type and field, are
 * those that were sent, as far as the service shows them, and no other item has it. Anything else is not, whatever its age. Of a
 * run with a key, its key, device and each command's type and subject are compared: another execution has another
 * comment.
 *
 * @param taken whether another item has it
 * @param aheadMs how far the service's clock is ahead of ours
 */
export function ownershipOf(
	action: MachineAction,
	{ request, tries, executionId }: RunIdentity<ActionRequest>,
	taken: boolean,
	aheadMs = 0,
): Ownership {
	const { differences, complete } = compare(action, request);
	const difference = differences.map(({ text }) => text).join(', ');
	const isKeyed = runKeyOf(request) !== undefined;
	// Every caller with the same key gets the same run.
	if (taken && !isKeyed) return { kind: 'another', difference: 'another item has it' };
	if (differences.some(({ rewritten }) => !rewritten)) return { kind: 'another', difference };
	if (differences.length > 0) return { kind: 'unclear', difference };
	const isNamed = namesExecution(action.requestorComment ?? '', executionId);
	return { kind: 'own', proven: isNamed || (isKeyed && complete) || (complete && isNearTry(action, tries, aheadMs)) };
}
