import { z } from 'zod';

/** States of a machine action that it does not leave again. Source: Microsoft's page of the resource. */
export const ENDED_STATUSES = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'] as const;

export type EndedStatus = (typeof ENDED_STATUSES)[number];

const listOf = <T extends z.ZodTypeAny>(item: T) =>
	z
		.array(item)
		.nullish()
		.catch(null)
		.transform((list) => list ?? []);

/** What the service names actions and devices by (GUIDs, digests). It becomes a step of a path, which `..` would change. */
export const ENTITY_ID = /^[0-9a-z-]+$/i;

const text = z.string().nullish().catch(null);

/** Replaces a state that is not a word. */
const UNREADABLE = '(unreadable)';

const index = z
	.union([
		z.number().int().nonnegative(),
		z
			.string()
			.regex(/^\d{1,9}$/)
			.transform(Number),
	])
	.nullish();

const paramSchema = z.object({ key: z.string().catch(''), value: text });

/** Read leniently: a value of unexpected form counts as missing, and unknown words are kept. */
const commandSchema = z.object({
	index,
	// An unknown word does not mean success.
	commandStatus: z.string().nullish().catch(UNREADABLE),
	startTime: z.unknown().optional(),
	endTime: z.unknown().optional(),
	errors: z
		.unknown()
		.optional()
		.transform((errors): unknown[] => (Array.isArray(errors) ? errors : errors ? [errors] : [])),
	command: z
		.object({ type: text, params: listOf(paramSchema.catch({ key: '', value: null })) })
		.nullish()
		.catch(null),
});

const machineActionSchema = z.object({
	id: z.string().regex(ENTITY_ID),
	type: text,
	status: z.string().catch(''),
	requestorComment: text,
	machineId: text,
	computerDnsName: text,
	creationDateTimeUtc: text,
	lastUpdateDateTimeUtc: text,
	commands: listOf(commandSchema.catch({ errors: [], commandStatus: UNREADABLE })),
});

/** One command of a live response, as the service reports it. */
export interface ActionCommand extends z.output<typeof commandSchema> {
	/** From 0. */
	index: number;
}

/** A machine action, as the service reports it, with what may be missing filled in. */
export interface MachineAction extends z.output<typeof machineActionSchema> {
	commands: ActionCommand[];
	/** The entity untouched, for those who want it as it came. */
	entity: Record<string, unknown>;
}

/** Reads one machine action; undefined where the value is none. */
export function readMachineAction(value: unknown): MachineAction | undefined {
	const read = machineActionSchema.safeParse(value);
	if (!read.success) return undefined;
	const commands = read.data.commands.map((command, place) => ({ ...command, index: command.index ?? place }));
	return { ...read.data, commands, entity: value as Record<string, unknown> };
}

/** What a command is about: its script, file or path, but not its arguments. */
export function subjectOf(
	command: { params: Array<{ key: string; value?: string | null }> } | null | undefined,
): string | null | undefined {
	return command?.params.find(({ key }) => normalizedWord(key) !== 'args')?.value;
}

/** Whether a type is that of live responses, which some pages write in two words. */
export function isLiveResponse(type: string): boolean {
	return /^live ?response$/.test(normalizedWord(type));
}

/** The commands whose results can be asked for; an ended action that came without its commands may have a first one. */
export function commandIndexes({ commands }: MachineAction): number[] {
	return commands.length > 0 ? [...new Set(commands.map(({ index }) => index))] : [0];
}

/** A word of the service as it is compared: its case is not guaranteed. */
export function normalizedWord(word: string | null | undefined): string {
	return (word ?? '').trim().toLowerCase();
}

/** How an action ended, in the documented spelling; undefined while it has not, or where its status is unknown. */
export function endedStatus({ status }: MachineAction): EndedStatus | undefined {
	const word = normalizedWord(status);
	return ENDED_STATUSES.find((each) => each.toLowerCase() === word);
}

/** When an action that has ended did so, in ms; undefined where its record does not say. */
export function endedAt({ lastUpdateDateTimeUtc }: MachineAction): number | undefined {
	const time = Date.parse(lastUpdateDateTimeUtc ?? '');
	return Number.isNaN(time) ? undefined : time;
}

export function hasEnded(action: MachineAction): boolean {
	return endedStatus(action) !== undefined;
}

/** Ids come in upper or lower case. */
export function actionKey(id: string): string {
	return id.toLowerCase();
}
