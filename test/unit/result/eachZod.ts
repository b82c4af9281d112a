/** n8n provides zod 3.25; a later n8n may provide zod 4. */
export const ZODS = ['zod', 'zod-next'] as const;

/**
 * Loads modules again on one of the two zods.
 *
 * @param load gets them with `jest.requireActual`, so that their paths are those of the caller
 */
export function onZod<T>(zod: string, load: () => T): T {
	let loaded: T | undefined;
	jest.isolateModules(() => {
		jest.doMock('zod', () => jest.requireActual<object>(zod));
		loaded = load();
		jest.dontMock('zod');
	});
	return loaded as T;
}
