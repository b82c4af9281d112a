/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import manifest from '../../package.json';
import type { Emulator } from '../emulator';
import { EXAMPLE_FILES, exampleCredential, readExample } from './examples';
import { N8nEditor } from './n8nEditor';

const INSTALL = `Make the package with "npm pack", put the .tgz file where that n8n can read it, and install it there:
npm install --omit=peer <file>.tgz in the folder .n8n/nodes below n8n's home. Restart n8n with N8N_UNVERIFIED_PACKAGES_ENABLED=true.`;

/**
 * Signs in to an n8n that runs elsewhere: a new one gets the account of the playground, another one is asked with
 * N8N_EMAIL and N8N_PASSWORD.
 *
 * @param url without a slash at the end
 * @throws Error that says what to do where n8n is not there, does not let in, or lacks the package
 */
export async function openElsewhere(url: string): Promise<N8nEditor> {
	const editor = new N8nEditor(url);
	const { data } = await editor.call('GET', '/settings').catch(() => {
		throw new Error(`No n8n answers at ${url}. Start it, then run this again.`);
	});
	const { userManagement } = data as { userManagement?: { showSetupOnFirstLoad?: boolean } };
	const { N8N_EMAIL: email, N8N_PASSWORD: password } = process.env;
	if (userManagement?.showSetupOnFirstLoad) await editor.setUpOwner();
	else if (email && password) await editor.signIn({ email, password });
	else throw new Error(`${url} has an owner already. Set N8N_EMAIL and N8N_PASSWORD to an account of it.`);
	const nodes = (await editor.load('/types/nodes.json')) as Array<{ name: string }>;
	if (!nodes.some(({ name }) => name.startsWith(`${manifest.name}.`))) throw new Error(`${url} does not have this package.\n${INSTALL}`);
	return editor;
}

async function create(editor: N8nEditor, path: string, body: object): Promise<string> {
	const { status, data, text } = await editor.call('POST', path, body);
	if (status !== 200)
		throw new Error(`n8n did not accept ${JSON.stringify((body as { name?: string }).name)}: ${status} ${text.slice(0, 500)}`);
	return (data as { id: string }).id;
}

/**
 * Makes the credential and the examples in an n8n that runs elsewhere.
 *
 * @returns the workflow's id by the example's file
 */
export async function bringExamples(editor: N8nEditor, emulator: Emulator): Promise<Record<string, string>> {
	const { id: known, ...credential } = exampleCredential(emulator);
	const credentialId = await create(editor, '/credentials', credential);
	const ids: Record<string, string> = {};
	for (const file of EXAMPLE_FILES) {
		// n8n gives it an id.
		const example = { ...readExample(file), id: undefined };
		for (const { credentials = {} } of example.nodes) {
			for (const named of Object.values(credentials)) if (named.id === known) named.id = credentialId;
		}
		ids[file] = await create(editor, '/workflows', example);
	}
	return ids;
}
