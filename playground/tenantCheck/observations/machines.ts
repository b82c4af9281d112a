import type { Answer } from '../calls';
import { NotAsked } from '../notAsked';
import type { Asker, Observation } from '../observation';
import { READ_MACHINES, isEntity, listPage, mustList, mustSpeak, needed, quoted, textOf, type Entity, type Page } from './entities';

const PATH = '/machines';
/** A tag that no device has. */
const MADE_UP_TAG = 'n8n-tenant-check-no-such-tag';

function list(asks: string, query: (asker: Asker) => Promise<Record<string, string | number>>): Observation<Page> {
	return {
		asks: `\`GET machines?${asks}\``,
		make: async (asker) => await listPage(asker, PATH, await query(asker), `devices, ${asks}`, READ_MACHINES),
	};
}

export const machines: Observation<Page> = {
	asks: '`GET machines?$top=100`',
	make: async (asker) => await mustList(asker, PATH, { top: 100 }, 'devices', READ_MACHINES),
};

/** A device of the list that has this. @throws NotAsked where none has */
async function someMachine(asker: Asker, key: string): Promise<Entity> {
	const { entities } = await asker.see(machines);
	return needed(
		entities.find((entity) => textOf(entity, key) !== undefined),
		entities.length === 0 ? 'the tenant has no devices' : `no device of the first 100 has ${key}`,
	);
}

async function nameOf(asker: Asker): Promise<string> {
	return textOf(await someMachine(asker, 'computerDnsName'), 'computerDnsName')!;
}

/** In small letters, as the node sends what people type. */
export const byName: Observation<Page & { name: string }> = {
	asks: "`GET machines?$filter=computerDnsName eq '…'`, the name in small letters",
	async make(asker) {
		const name = (await nameOf(asker)).toLowerCase();
		return {
			...(await listPage(asker, PATH, { filter: `computerDnsName eq ${quoted(name)}`, top: 20 }, 'devices by name', READ_MACHINES)),
			name,
		};
	},
};

export const byStart: Observation<Page & { start: string }> = {
	asks: "`GET machines?$filter=startswith(computerDnsName,'…')`",
	async make(asker) {
		const start = (await nameOf(asker)).toLowerCase().slice(0, 3);
		return {
			...(await listPage(
				asker,
				PATH,
				{ filter: `startswith(computerDnsName,${quoted(start)})`, top: 20 },
				'devices by the start of their name',
				READ_MACHINES,
			)),
			start,
		};
	},
};

/** The name in the path, where otherwise the id stands. */
export const byPath: Observation<{ answer: Answer; entity: Entity; name: string }> = {
	asks: '`GET machines/{computerDnsName}`',
	async make(asker) {
		const name = await nameOf(asker);
		const answer = mustSpeak(await asker.api('GET', `${PATH}/${encodeURIComponent(name)}`, 'one device by its name'), READ_MACHINES, asker);
		return { answer, entity: isEntity(answer.json) ? answer.json : {}, name };
	},
};

/** By a tag that a device has, else by one that none has: then only whether the filter is accepted can be seen. */
export const byTag: Observation<Page & { tag: string; known: boolean }> = {
	asks: "`GET machines?$filter=machineTags/any(tag: tag eq '…')`",
	async make(asker) {
		const { entities } = await asker.see(machines);
		const tag = entities
			.flatMap(({ machineTags }) => (Array.isArray(machineTags) ? machineTags : []))
			.find((value) => typeof value === 'string' && value !== '') as string | undefined;
		const page = await listPage(
			asker,
			PATH,
			{ filter: `machineTags/any(tag: tag eq ${quoted(tag ?? MADE_UP_TAG)})`, top: 20 },
			'devices by tag',
			READ_MACHINES,
		);
		return { ...page, tag: tag ?? MADE_UP_TAG, known: tag !== undefined };
	},
};

function byEntraId(asks: string, literal: (id: string) => string): Observation<Page & { id: string }> {
	return {
		asks: `\`GET machines?$filter=${asks}\``,
		async make(asker) {
			const id = textOf(await someMachine(asker, 'aadDeviceId'), 'aadDeviceId')!;
			if (!/^[\da-f-]{36}$/i.test(id)) throw new NotAsked('the aadDeviceId is not a GUID');
			return {
				...(await listPage(asker, PATH, { filter: `aadDeviceId eq ${literal(id)}`, top: 20 }, 'devices by Entra device ID', READ_MACHINES)),
				id,
			};
		},
	};
}
export const byEntraIdBare = byEntraId('aadDeviceId eq {guid}', (id) => id);
export const byEntraIdQuoted = byEntraId("aadDeviceId eq '{guid}'", quoted);

export const selected = list('$select=id,computerDnsName&$top=5', async (asker) => {
	await someMachine(asker, 'id');
	return { select: 'id,computerDnsName', top: 5 };
});

export const onboarded = list("$filter=onboardingStatus eq 'Onboarded'", async () => ({
	filter: "onboardingStatus eq 'Onboarded'",
	top: 20,
}));
