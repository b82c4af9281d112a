import { randomUUID } from 'node:crypto';
import type { Asker, Observation } from '../observation';
import { READ_ACTIONS, listPage, mustList, needed, quoted, textOf, type Entity, type Page } from './entities';

const LIVE_RESPONSE = "type eq 'LiveResponse'";
const PATH = '/machineactions';

/** Ids that one filter holds, so that the URL stays under 2,000 letters: the node asks for as many. */
const IDS_IN_FILTER = 40;

/** A list of machine actions. */
function list(asks: string, query: (asker: Asker) => Promise<Record<string, string | number>>): Observation<Page> {
	return {
		asks: `\`GET machineactions?${asks}\``,
		make: async (asker) => await listPage(asker, PATH, await query(asker), `machine actions, ${asks}`, READ_ACTIONS),
	};
}

/** The newest live responses, as they come. */
export const liveResponses: Observation<Page> = {
	asks: "`GET machineactions?$filter=type eq 'LiveResponse'&$top=100`",
	make: async (asker) => await mustList(asker, PATH, { filter: LIVE_RESPONSE, top: 100 }, 'live responses', READ_ACTIONS),
};

/** The newest actions of every type. */
export const anyActions: Observation<Page> = {
	asks: '`GET machineactions?$top=100`',
	make: async (asker) => await mustList(asker, PATH, { top: 100 }, 'machine actions', READ_ACTIONS),
};

export const unfinished = list("$filter=type eq 'LiveResponse' and (status eq 'Pending' or status eq 'InProgress')", async () => ({
	filter: `${LIVE_RESPONSE} and (status eq 'Pending' or status eq 'InProgress')`,
	top: 100,
}));

/** A live response of the list. @throws NotAsked where the tenant has none */
export async function someAction(asker: Asker, at = 0): Promise<Entity> {
	const { entities } = await asker.see(liveResponses);
	return needed(
		entities[at],
		at === 0
			? 'the tenant has no live response that was started over the API'
			: 'the tenant has too few live responses that were started over the API',
	);
}

async function valueOf(asker: Asker, key: string): Promise<string> {
	return needed(textOf(await someAction(asker), key), `the newest live response has no ${key}`);
}

/** Two known ids among made-up ones. */
export const byIds: Observation<Page & { wanted: string[] }> = {
	asks: `\`GET machineactions?$filter=id in (…)\` with ${IDS_IN_FILTER} ids, all but two of them made up`,
	async make(asker) {
		await someAction(asker, 1);
		const { entities } = await asker.see(liveResponses);
		const wanted = entities.map((entity) => needed(textOf(entity, 'id'), 'an action has no id')).slice(0, 2);
		const ids = [...wanted, ...Array.from({ length: IDS_IN_FILTER - wanted.length }, () => randomUUID())];
		const page = await listPage(
			asker,
			PATH,
			{ filter: `id in (${ids.map(quoted).join(',')})`, top: 100 },
			'machine actions by a list of ids',
			READ_ACTIONS,
		);
		return { ...page, wanted };
	},
};

export const byMachine = list("$filter=machineId eq '…' and type eq 'LiveResponse'", async (asker) => ({
	filter: `machineId eq ${quoted(await valueOf(asker, 'machineId'))} and ${LIVE_RESPONSE}`,
	top: 20,
}));
export const byRequestor = list("$filter=requestor eq '…'", async (asker) => ({
	filter: `requestor eq ${quoted(await valueOf(asker, 'requestor'))}`,
	top: 20,
}));
export const byStatuses = list("$filter=status in ('Succeeded','Failed')", async () => ({
	filter: "status in ('Succeeded','Failed')",
	top: 20,
}));

/** Everything since the newest live response, itself included. */
export const byDate: Observation<Page & { since: number }> = {
	asks: '`GET machineactions?$filter=creationDateTimeUtc ge 2026-…Z`, in milliseconds and without quotes',
	async make(asker) {
		const since = new Date(await valueOf(asker, 'creationDateTimeUtc')).getTime();
		needed(Number.isNaN(since) ? undefined : since, 'the newest live response has a date that cannot be read');
		const page = await listPage(
			asker,
			PATH,
			{ filter: `creationDateTimeUtc ge ${new Date(since).toISOString()}`, top: 20 },
			'machine actions since a date',
			READ_ACTIONS,
		);
		return { ...page, since };
	},
};

export const ascending = list('$orderby=creationDateTimeUtc asc&$top=5', async (asker) => {
	await someAction(asker, 1);
	return { orderby: 'creationDateTimeUtc asc', top: 5 };
});

/** The second live response alone, counted. */
export const second = list("$filter=type eq 'LiveResponse'&$top=1&$skip=1&$count=true", async (asker) => {
	await someAction(asker, 1);
	return { filter: LIVE_RESPONSE, top: 1, skip: 1, count: 'true' };
});

export const otherCase = list("$filter=Type eq 'LiveResponse'&$orderby=CreationDateTimeUtc desc", async () => ({
	filter: "Type eq 'LiveResponse'",
	orderby: 'CreationDateTimeUtc desc',
	top: 5,
}));

export const unknownProperty = list("$filter=noSuchProperty eq 'x'", async () => ({ filter: "noSuchProperty eq 'x'", top: 1 }));

/** One action by its path. */
export const oneAction: Observation<{ status: number; entity: Entity; id: string }> = {
	asks: '`GET machineactions/{id}`',
	async make(asker) {
		const id = await valueOf(asker, 'id');
		const answer = await asker.api('GET', `${PATH}/${id}`, 'one machine action');
		return { status: answer.status, entity: (answer.json ?? {}) as Entity, id };
	},
};
