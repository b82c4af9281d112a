import { randomBytes, randomUUID } from 'node:crypto';
import type { Answer } from '../calls';
import { NotAsked } from '../notAsked';
import type { Observation } from '../observation';

const READ_PATH = '/machineactions?$top=1';
/** The audience of another Microsoft API, for which tokens exist in most tenants. */
const OTHER_AUDIENCE = 'https://api.security.microsoft.com';
const DEFENDER_AUDIENCE = 'https://api.securitycenter.microsoft.com';
const COMMENT = 'n8n tenant check: a device that does not exist, to see whether the permission is there';

/** 40 hexadecimal digits, as a device has; that a device has these is out of the question. */
const madeUpDevice = () => randomBytes(20).toString('hex');

function ask(method: string, asks: string, path: () => string, body?: unknown): Observation<Answer> {
	return { asks, make: async (asker) => await asker.api(method, path(), asks.replaceAll('`', ''), { body }) };
}

export const unknownAction = ask('GET', '`GET machineactions/{a made-up id}`', () => `/machineactions/${randomUUID()}`);
export const unknownMachine = ask('GET', '`GET machines/{a made-up id}`', () => `/machines/${madeUpDevice()}`);
export const unknownLink = ask(
	'GET',
	'`GET machineactions/{a made-up id}/GetLiveResponseResultDownloadLink(index=0)`',
	() => `/machineactions/${randomUUID()}/GetLiveResponseResultDownloadLink(index=0)`,
);

/** These two have no effect: the device does not exist. Other clients test their permission in this way. */
export const probeRun = ask('POST', '`POST machines/{a made-up id}/runliveresponse`', () => `/machines/${madeUpDevice()}/runliveresponse`, {
	Commands: [{ type: 'GetFile', params: [{ key: 'Path', value: 'C:\\n8n-tenant-check-no-such-file.txt' }] }],
	Comment: COMMENT,
});
export const probeIsolate = ask('POST', '`POST machines/{a made-up id}/isolate`', () => `/machines/${madeUpDevice()}/isolate`, {
	Comment: COMMENT,
	IsolationType: 'Selective',
});

export const noToken: Observation<Answer> = {
	asks: '`GET machineactions` without a token',
	make: async (asker) => await asker.api('GET', READ_PATH, 'without a token', { signed: false }),
};

/** The first page of actions, as far as it shows the permission; asked once more since the other lists need an answer of 200. */
export const actionsAllowed = ask('GET', '`GET machineactions?$top=1`', () => READ_PATH);
export const machinesAllowed = ask('GET', '`GET machines?$top=1`', () => '/machines?$top=1');
export const libraryAllowed = ask('GET', '`GET libraryfiles`', () => '/libraryfiles');

/** With a token of the same app that is for another API. */
export const otherAudience: Observation<Answer> = {
	asks: `\`GET machineactions\` with a token for \`${OTHER_AUDIENCE}\``,
	async make(asker) {
		if (asker.cloud.audience !== DEFENDER_AUDIENCE) throw new NotAsked('no other API of this cloud is known');
		const text = await asker.tokenFor(OTHER_AUDIENCE);
		if (text === undefined) throw new NotAsked('Microsoft Entra gives the app no token for another API');
		return await asker.api('GET', READ_PATH, 'with a token for another API', { token: text });
	},
};
