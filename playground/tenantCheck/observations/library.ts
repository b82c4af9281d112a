import type { Observation } from '../observation';
import { libraryAllowed } from './errors';
import { LIBRARY, isEntity, mustSpeak, type Entity } from './entities';

/** The whole library. */
export const library: Observation<{ entities: Entity[]; keys: string[] }> = {
	asks: '`GET libraryfiles`',
	async make(asker) {
		const { json } = mustSpeak(await asker.see(libraryAllowed), LIBRARY, asker);
		const { value } = (isEntity(json) ? json : {}) as { value?: unknown };
		return { entities: Array.isArray(value) ? value.filter(isEntity) : [], keys: isEntity(json) ? Object.keys(json) : [] };
	},
};
