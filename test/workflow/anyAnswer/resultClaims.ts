import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Action } from '../../../playground/emulator';
import { FILE, OTHER_OUTPUT, OUTPUT, PACKAGE } from './arrange';
import type { World } from './world';

const sha256Of = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
const FILE_SHA256 = sha256Of(FILE);
const PACKAGE_SHA256 = sha256Of(PACKAGE);

/** Outcomes of a command whose action is not known to have ended, or whose result was not asked for. */
const OPEN = ['pending', 'unverified'];

/** Whether the storage sends something else in place of content: of a file its digest says so, unless it is another's. */
function replacesContent({ requests }: World, of: 'blob' | 'package'): boolean {
	return requests.some(({ operation, fault }) => {
		if (operation !== of || !fault) return false;
		if (fault.kind === 'badBody' || (fault.kind === 'status' && (fault.status === 200 || fault.status === 206))) return true;
		// Packages come without a digest.
		return of === 'package' && (fault.kind === 'rewritten' || (fault.kind === 'truncate' && fault.claim !== 'full'));
	});
}

function untrueScript({ exit_code: exitCode, script_output: output }: IDataObject, { good }: World['choice'], world: World): string[] {
	const text = typeof output === 'string' ? output : '';
	return [
		...(!good || exitCode !== 0 ? ['the script did not'] : []),
		...(text.includes(OTHER_OUTPUT) ? ["the output is another script's"] : []),
		...(!world.attacked('blob') && !text.includes(OUTPUT) && !(text !== '' && OUTPUT.endsWith(text)) ? ['the output is not its own'] : []),
	];
}

function untrueFile({ sha256, fileName, fileSize }: IDataObject, world: World): string[] {
	// Left compressed where the options say so.
	if (replacesContent(world, 'blob') || String(fileName).endsWith('.gz')) return [];
	if (sha256 !== FILE_SHA256) return ['the file is another'];
	return fileSize === FILE.length ? [] : ['the size is not that of the file'];
}

/**
 * What the item of a command claims that is not true of its action.
 *
 * @param action the one that it must be of
 * @param types of the commands that were sent; default: those of the action
 */
export function untrueResult(item: IDataObject, action: Action | undefined, world: World, types?: string[]): string[] {
	const { outcome, machineActionId, commandIndex, commandType, started } = item;
	const about = JSON.stringify({ machineActionId, commandIndex, commandType, outcome, exit_code: item.exit_code, fileName: item.fileName });
	const say = (texts: string[]) => texts.map((text) => `${outcome as string}, yet ${text}: ${about}`);
	if (outcome === 'notSent') return [];
	const now = world.emulator.now();
	const command = action?.commands[Number(commandIndex)];
	if (outcome === 'succeeded') {
		if (!action) return say(['there is no such action of its own']);
		if (!command) return say(['the action has no such command']);
		// What the service says of a command that it was not sent is all there is.
		const type = types ? types[Number(commandIndex)] : world.actionsAttacked ? commandType : command.body.type;
		if (commandType !== type) return say(['it is another command']);
		if (!world.hasEnded(action) || now < command.endAt || command.endStatus !== 'Completed' || command.errors.length > 0)
			return say(['the command did not complete']);
		if (commandType === 'RunScript') return say(untrueScript(item, world.choice, world));
		return commandType === 'GetFile' ? say(untrueFile(item, world)) : [];
	}
	const isUntouched = !world.actionsAttacked && !world.attacked('link', 'blob', 'token');
	if (!action || !command || !isUntouched) return [];
	const never = world.hasEnded(action) && command.startAt > now;
	return say([
		...(started === false && world.hasEnded(action) && !never ? ['the device started it'] : []),
		...(started === true && never ? ['the device never started it'] : []),
		...(world.isCalm && !OPEN.includes(String(outcome)) && !isExpected(item, world) ? ['nothing was in its way'] : []),
	]);
}

/** Whether an outcome other than `succeeded` is right where nothing was done to the answers. */
function isExpected({ outcome, commandType }: IDataObject, { choice: { good, variant } }: World): boolean {
	if (outcome === 'cancelled') return variant % 5 === 2;
	// Of an output without the printed code, it is not known.
	if (outcome === 'unreadable') return variant === 4 && commandType === 'RunScript';
	return outcome === 'scriptFailed' && !good && commandType === 'RunScript';
}

/** What the item of a package claims that is not true. */
export function untruePackage(
	{ outcome, sha256, fileSize, machineActionId }: IDataObject,
	action: Action | undefined,
	world: World,
): string[] {
	if (outcome !== 'succeeded') {
		const isOdd = world.isCalm && outcome !== 'pending';
		return isOdd ? [`${outcome as string}, yet nothing was in its way: ${machineActionId as string}`] : [];
	}
	if (!action) return [`succeeded, yet there is no such action of its own: ${machineActionId as string}`];
	if (action.type !== 'CollectInvestigationPackage' || !world.hasEnded(action)) return ['succeeded, yet nothing was collected'];
	if (replacesContent(world, 'package')) return [];
	return sha256 === PACKAGE_SHA256 && fileSize === PACKAGE.length ? [] : ['succeeded with another package'];
}
