import { GET_RESULT, endedScript } from '../support/actions';
import { startSetting, type Setting } from '../support/setting';

let setting: Setting;
beforeAll(async () => {
	setting = await startSetting();
});
beforeEach(() => {
	setting.emulator.reset();
	setting.engine.credentials.stored.set('defender', setting.emulator.credentialData());
});
afterAll(async () => await setting.close());

describe('an answer of Microsoft Entra that holds no usable token', () => {
	it.each([
		{ token_type: 'Bearer', access_token: 1.5 },
		{ token_type: 'Bearer', access_token: { then: 1 } },
		{ token_type: 'Bearer', access_token: ['x'] },
		{ token_type: ['Bearer'], access_token: 'x' },
		{ token_type: { value: 1 }, access_token: 'x' },
		{ error: { code: 7, message: { toString: 1 } } },
		[],
		null,
	])('%j is said in plain words, and nothing is asked of Defender', async (body) => {
		const id = endedScript(setting.emulator);
		setting.emulator.fault({ on: 'token', times: Infinity, effect: { kind: 'badBody', body } });
		const { error } = await setting.runNode(GET_RESULT, { items: [{ id }] });
		const { message, description } = error as Error & { description: string };
		expect(message).toContain('Microsoft Entra');
		expect(`${message} ${description}`).not.toMatch(/undefined|\[object|is not|Cannot|JSON|=\(removed\)/);
		expect(setting.requestsOf('action.list')).toEqual([]);
	});
});
