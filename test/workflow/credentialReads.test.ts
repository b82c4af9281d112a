/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import { endedScript, GET_RESULT } from '../support/actions';
import type { Setting } from '../support/setting';
import { startSetting } from '../support/setting';
import { requestToken } from '../unit/emulator/client';

let setting: Setting;

afterEach(async () => await setting.close());

const endedScripts = (count: number) => Array.from({ length: count }, () => ({ id: endedScript(setting.emulator) }));
const tokensOf = (operation: string) => setting.requestsOf(operation).map(({ headers }) => headers.authorization);
const allSucceeded = (count: number) => Array<string>(count).fill('succeeded');

it('reads the credential once for many results', async () => {
	// Ten seconds are ten seconds here, also on a busy machine.
	setting = await startSetting({}, {}, 1);
	const read = jest.spyOn(setting.engine.credentials, 'getDecrypted');
	const { results } = await setting.runNode(GET_RESULT, { items: endedScripts(60) });
	expect(results.map(({ outcome }) => outcome)).toEqual(allSucceeded(60));
	expect(read.mock.calls.length).toBeLessThan(10);
});

it('goes on with a token that was renewed on the way, without asking for another one', async () => {
	setting = await startSetting();
	setting.emulator.fault({ on: 'link', skip: 20, effect: { kind: 'status', status: 401 } });
	const { results } = await setting.runNode(GET_RESULT, { items: endedScripts(60) });
	expect(results.map(({ outcome }) => outcome)).toEqual(allSucceeded(60));
	expect(setting.requestsOf('token')).toHaveLength(2);
	const tokens = tokensOf('link');
	const [first, last] = [tokens[0], tokens.at(-1)];
	expect(last).not.toBe(first);
});

it('takes up the token that another process has stored meanwhile', async () => {
	setting = await startSetting();
	let stored: string | undefined;
	const watch = setInterval(async () => {
		if (stored !== undefined || setting.requestsOf('link').length < 50) return;
		stored = '';
		// Newer than the node's own.
		const { body } = await requestToken(setting.emulator);
		const { credentials } = setting.engine;
		credentials.stored.set('defender', { ...credentials.stored.get('defender'), oauthTokenData: body });
		stored = `Bearer ${body.access_token}`;
	}, 1);
	// The hundred-and-first waits for a minute of the clock, the last ones for two: the credential has been read again by then.
	const { results } = await setting.runNode(GET_RESULT, { items: endedScripts(210) });
	clearInterval(watch);
	expect(results.map(({ outcome }) => outcome)).toEqual(allSucceeded(210));
	expect(tokensOf('link').at(-1)).toBe(stored);
});
