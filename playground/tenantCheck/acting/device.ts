import { refusal } from '../advice/refusal';
import { CouldNotRun } from '../notAsked';
import type { Asker } from '../observation';
import { READ_MACHINES, isEntity, listPage, quoted, textOf, type Entity } from '../observations/entities';
import type { OwnDevice } from './ownDevice';

export type { OwnDevice };

const DEVICE_ID = /^[\da-f]{40}$/i;
const LIST_TODO = 'Look it up in the device inventory of the Defender portal, and use its full name or its ID for --device.';

/**
 * The device that was named, by its id, its full name or its host name.
 *
 * @throws CouldNotRun where there is none, or more than one that could be meant, or it cannot run live response
 */
export async function findDevice(asker: Asker, wanted: string): Promise<OwnDevice> {
	const name = wanted.trim().toLowerCase();
	const filter = DEVICE_ID.test(name)
		? `id eq ${quoted(name)}`
		: `computerDnsName eq ${quoted(name)} or startswith(computerDnsName,${quoted(`${name}.`)})`;
	const { answer, entities } = await listPage(asker, '/machines', { filter, top: 100 }, 'the device', READ_MACHINES);
	if (answer.status !== 200 && answer.status !== 404)
		throw new CouldNotRun('The device could not be looked up', `The service ${refusal(answer, READ_MACHINES, asker.token.permissions)}`);
	const matching = entities.filter((entity) => DEVICE_ID.test(textOf(entity, 'id') ?? '') && matches(entity, name));
	if (matching.length === 0) throw new CouldNotRun(`No device is named ${wanted}`, LIST_TODO);
	const usable = matching.filter(isUsable);
	if (usable.length === 0)
		throw new CouldNotRun(`${wanted} is not onboarded`, 'Live response needs a device with the Defender agent. Choose another one.');
	if (usable.length > 1)
		throw new CouldNotRun(
			`${usable.length} devices are named ${wanted}`,
			`Use the ID of one of them: ${usable.map(({ id }) => String(id)).join(', ')}.`,
		);
	return ownDevice(usable[0]);
}

function matches(entity: Entity, name: string): boolean {
	const full = (textOf(entity, 'computerDnsName') ?? '').toLowerCase();
	return full === name || full.startsWith(`${name}.`) || textOf(entity, 'id')?.toLowerCase() === name;
}

function isUsable(entity: Entity): boolean {
	const merged = textOf(entity, 'mergedIntoMachineId') !== undefined || entity.isExcluded === true;
	return isEntity(entity) && !merged && (textOf(entity, 'onboardingStatus') ?? 'Onboarded').toLowerCase() === 'onboarded';
}

function ownDevice(entity: Entity): OwnDevice {
	const osPlatform = textOf(entity, 'osPlatform') ?? 'unknown';
	return {
		id: textOf(entity, 'id')!,
		name: textOf(entity, 'computerDnsName') ?? textOf(entity, 'id')!,
		osPlatform,
		windows: osPlatform.toLowerCase().startsWith('windows'),
		lastSeen: textOf(entity, 'lastSeen') ?? '',
		healthStatus: textOf(entity, 'healthStatus') ?? '',
	};
}
