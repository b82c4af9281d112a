import type { Emulator } from './emulator';
import { apiError, jsonReply, textReply, type Reply } from './reply';
import { readJsonObject } from './runRequest';
import { SCENES } from './scenes';
import type { Incoming } from './server';

type Input<Method extends 'addDevice' | 'addLibraryFile' | 'addAction' | 'fault'> = NonNullable<Parameters<Emulator[Method]>[0]>;

/** The control interface: what a test does with the object, other tools do over HTTP under /_emulator. */
export async function answerControl({ method, url, body }: Omit<Incoming, 'route'>, emulator: Emulator): Promise<Reply | undefined> {
	const path = /^\/_emulator(\/[^?]*)?(?:\?.*)?$/.exec(url);
	if (!path) return undefined;
	// What belongs to a tenant can be asked of any: /_emulator/tenants/{id or domain}/devices and so on.
	const [, name, rest] = /^\/tenants\/([^/]+)(\/.+)$/.exec(path[1] ?? '') ?? [];
	const tenant = name === undefined ? emulator : emulator.tenant(decodeURIComponent(name));
	if (!tenant) return apiError(404, 'NotFound', `No tenant ${name}`);
	const request = `${method} ${(rest ?? path[1] ?? '').replace(/\/$/, '')}`.trim();
	const input = body.length === 0 ? {} : readJsonObject(body);
	if (!input) return apiError(400, 'InvalidRequestBody', 'The body is not a JSON object');
	try {
		const scene = /^POST \/scenes\/([\w-]+)$/.exec(request)?.[1];
		if (scene !== undefined) {
			const load = SCENES[scene];
			return load ? jsonReply(200, load(emulator)) : apiError(404, 'NotFound', `Scenes: ${Object.keys(SCENES).join(', ')}`);
		}
		const fileName = /^GET \/library\/([^/]+)$/.exec(request)?.[1];
		if (fileName !== undefined) {
			const file = tenant.libraryFile(decodeURIComponent(fileName));
			return file
				? jsonReply(200, { entity: file.entity, content: { base64: file.content.toString('base64') } })
				: apiError(404, 'NotFound', `No file ${fileName}`);
		}
		switch (request) {
			case 'GET': {
				const { apiUrl, loginUrl, storageUrl, audience, app } = emulator;
				return jsonReply(200, {
					apiUrl,
					loginUrl,
					storageUrl,
					audience,
					app,
					now: emulator.now(),
					credentialData: emulator.credentialData(),
				});
			}
			case 'GET /requests':
				return jsonReply(200, emulator.requests);
			case 'GET /runs':
				return jsonReply(200, tenant.runs);
			case 'GET /finished-scripts':
				return jsonReply(200, tenant.finishedScripts());
			case 'GET /responses':
				return jsonReply(200, tenant.responses);
			case 'GET /devices':
				return jsonReply(200, tenant.machines());
			case 'POST /devices':
				return jsonReply(201, tenant.addDevice(input as Input<'addDevice'>));
			case 'POST /offline':
				tenant.setOffline(String(input.machineId), input.offline !== false);
				return textReply(204, '', '');
			case 'POST /portal-session':
				tenant.setPortalSession(String(input.machineId), input.open !== false);
				return textReply(204, '', '');
			case 'POST /library':
				return jsonReply(201, tenant.addLibraryFile(input as unknown as Input<'addLibraryFile'>));
			case 'POST /actions':
				return jsonReply(201, { id: tenant.addAction(input as Input<'addAction'>).id });
			case 'POST /tenants':
				return jsonReply(201, emulator.addTenant(input).credentialData());
			case 'POST /apps':
				return jsonReply(201, { clientId: tenant.apps.addApp(input).clientId });
			case 'POST /faults':
				// JSON has no Infinity: `times` may be the text "Infinity".
				return jsonReply(201, { id: emulator.fault(input as unknown as Input<'fault'>).id });
			case 'POST /limits':
				emulator.limits.setLimits(input.limits === 'none' || input.limits === 'real' ? input.limits : input);
				return textReply(204, '', '');
			case 'POST /settings':
				Object.assign(emulator.settings, input);
				return textReply(204, '', '');
			case 'DELETE':
				emulator.reset();
				return textReply(204, '', '');
			default:
				return apiError(404, 'NotFound', `The control interface has no ${request}`);
		}
	} catch (error) {
		return apiError(400, 'BadRequest', error instanceof Error ? error.message : String(error));
	}
}
