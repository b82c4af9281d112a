import { selfSignedCertificate } from '../../playground/emulator';
import { NEWEST, VERSIONS } from '../../playground/n8n/install';
import type { CredentialForm } from './editor/credentialForm';
import { VIEWPORT } from './editor/editor';
import { EditorRun, MAX_MS } from './editor/editorRun';
import { areaOf, takePicture } from './editor/picture';
import { until } from './until';

const TENANT = ['Tenant ID', 'Cloud', 'Download Hosts'];
const APP = ['Grant Type', 'Client ID', 'Client Credential Type'];
const CUSTOM = ['API Base URL', 'Login Base URL', 'Audience'];
const NODE = 'Microsoft Defender Live Response';

describe.each(VERSIONS)("n8n %s's editor", (version) => {
	const run = new EditorRun();

	beforeAll(async () => await run.start(version), MAX_MS);
	afterAll(async () => await run.end());

	describe('the node panel', () => {
		const WORDS = [
			...['defender', 'live response', 'transcript', 'run script', 'powershell', 'device', 'endpoint', 'get result', 'exit code'],
			...['collect file', 'forensics', 'mde', 'atp', 'edr', 'xdr', 'incident', 'isolate', 'quarantine', 'investigation package', 'tag'],
		];

		it('opens on an empty canvas', async () => {
			await run.editor.newWorkflow();
			await run.editor.nodePanel.open();
		});

		// There n8n lists triggers alone.
		it.each(WORDS)('finds the trigger by "%s"', async (typed) => await find(typed));

		it('opens beside a trigger', async () => {
			const { canvas, nodePanel } = run.editor;
			await nodePanel.search('');
			await nodePanel.entry('Trigger manually').click();
			await canvas.nodes.first().waitFor();
			await nodePanel.open();
		});

		// There n8n lists nodes, each together with its trigger.
		it.each(WORDS)('finds the node by "%s"', async (typed) => {
			await find(typed);
			if (typed === 'defender')
				await takePicture(version, 'node-panel', run.editor.page, async () => ({ x: 880, y: 65, width: 560, height: 250 }));
		});

		/** Our entry is gone before the next search, and then among the first three. */
		async function find(typed: string): Promise<void> {
			const { nodePanel } = run.editor;
			await nodePanel.search('no such node');
			await nodePanel.entry(NODE).waitFor({ state: 'hidden' });
			await nodePanel.search(typed);
			await nodePanel.entry(NODE).waitFor();
			const names = (await nodePanel.entries.allInnerTexts()).map((text) => text.trim());
			expect(names.slice(0, 3)).toContain(NODE);
		}

		it('offers every action', async () => {
			const { nodePanel } = run.editor;
			await nodePanel.entry(NODE).click();
			await nodePanel.entry('Run script or collect file on device').waitFor();
			const ACTIONS = [
				'Run script or collect file on device',
				'Get result of live response',
				'Get all results of live response',
				'Get machine action',
				'Get many machine actions',
				'Cancel machine action',
				'Wait for machine action to end',
				'Get investigation package of machine action',
				'Get many library files',
				'Upload file to library',
				'Delete file from library',
				'Get device',
				'Get many devices',
				'Isolate device',
				'Release device from isolation',
				'Run antivirus scan on device',
				'Restrict app execution on device',
				'Remove app restrictions from device',
				'Stop and quarantine file on device',
				'Collect investigation package of device',
				'Add tag to device',
				'Remove tag from device',
			];
			const offered = async () => (await nodePanel.entries.allInnerTexts()).map((text) => text.trim()).filter((text) => text !== NODE);
			// The list of nodes slides away.
			await until('offering actions alone', async () => !(await offered()).some((name) => !ACTIONS.includes(name)), 20_000).catch(
				() => undefined,
			);
			expect(await offered()).toEqual(ACTIONS);
		});
	});

	// n8n 1.x does not use the texts that a credential has for 401 and 403.
	describe('the credential form', () => {
		let form: CredentialForm;
		beforeEach(async () => void (form = await run.editor.newCredential()));

		/** The fields that show are these, beside the notice; n8n 1.x has them in another order. */
		async function expectFields(...expected: string[]): Promise<void> {
			const fields = await form.fields();
			expect(fields.filter((label) => label.length < 30).sort()).toEqual([...expected].sort());
			await form.form.getByText('Machine.ReadWrite.All for results').waitFor();
		}

		it('asks for what a cloud needs', async () => {
			await expectFields(...APP, 'Client Secret', ...TENANT, 'Region');
			for (const cloud of ['US Government GCC', 'US Government GCC High', 'US Government DoD']) {
				await form.choose('cloud', cloud);
				await form.input('region').waitFor({ state: 'hidden' });
				await expectFields(...APP, 'Client Secret', ...TENANT);
			}
			await form.choose('cloud', 'Custom');
			await form.input('apiBaseUrl').waitFor();
			await expectFields(...APP, 'Client Secret', ...TENANT, ...CUSTOM);
			await form.choose('cloud', 'Commercial');
			await form.input('region').waitFor();
			await expectFields(...APP, 'Client Secret', ...TENANT, 'Region');
		});

		it('asks for a secret or for a certificate, in both ways of signing in', async () => {
			for (const grant of ['Client Credentials', 'Authorization Code']) {
				await form.choose('grantType', grant);
				await form.choose('clientCredentialType', 'Certificate');
				await form.input('privateKey').waitFor();
				await expectFields(...APP, 'Private Key', 'Certificate', ...TENANT, 'Region');
				await form.choose('clientCredentialType', 'Client Secret');
				await form.input('clientSecret').waitFor();
				await expectFields(...APP, 'Client Secret', ...TENANT, 'Region');
				// Users sign in at an address that has to come back to n8n.
				expect(await form.form.getByText('/rest/oauth2-credential/callback').isVisible()).toBe(grant === 'Authorization Code');
			}
		});

		/** Fills the form in by hand for the emulated tenant, and saves. */
		async function save(fields: Record<string, string> = {}): Promise<'success' | 'failure'> {
			await form.choose('cloud', 'Custom');
			await form.input('apiBaseUrl').waitFor();
			await form.fill(run.emulator.credentialData(fields));
			return await form.save();
		}

		it('says that a good credential works', async () => {
			expect(await save()).toBe('success');
			await run.editor.page.setViewportSize({ ...VIEWPORT, width: 1000 });
			await takePicture(version, 'credential', run.editor.page, async () => {
				const whole = await areaOf([form.form]);
				// The rest of the form has to be scrolled to.
				const end = await areaOf([form.input('tenantId')], { y: 24 });
				return { ...whole, height: end.y + end.height - whole.y };
			});
			await run.editor.page.setViewportSize(VIEWPORT);
		});

		it('says which permission is missing', async () => {
			const { clientId } = run.emulator.apps.addApp({ secrets: [{ value: 'of~another~app' }], roles: [] });
			expect(await save({ clientId, clientSecret: 'of~another~app' })).toBe('failure');
			const ours =
				/Signed in, but a permission is missing: add Machine\.ReadWrite\.All of the API WindowsDefenderATP .* and grant admin consent/;
			await form.form.getByText(version === NEWEST ? ours : 'Forbidden - perhaps check your credentials?').waitFor();
		});

		it('says that Defender did not accept the sign-in', async () => {
			const refusal = run.emulator.fault({ on: 'action.list', times: Infinity, effect: { kind: 'status', status: 401 } });
			expect(await save()).toBe('failure');
			refusal.remove();
			const ours = 'Defender did not accept the sign-in. Check tenant, cloud, client ID and secret or certificate.';
			await form.form.getByText(version === NEWEST ? ours : 'Authorization failed - please check your credentials').waitFor();
		});

		// Where there is no token, the words are n8n's own; docs/credentials.md says what they mean.
		it.each([
			['a wrong secret', { clientSecret: 'wrong' }, 'Client authentication failed'],
			['a tenant that is not there', { tenantId: '11111111-2222-4333-8444-555555555555' }, 'The request is missing a required parameter'],
			['a tenant that is none', { tenantId: 'common' }, 'Invalid URL'],
		])('refuses %s', async (_what, fields, words) => {
			expect(await save(fields)).toBe('failure');
			await form.form.getByText(words).waitFor();
		});

		// Earlier versions sign in with the secret.
		(version === NEWEST ? it : it.skip)('says that a good certificate works', async () => {
			const { certificate, privateKey } = await selfSignedCertificate();
			const { clientId } = run.emulator.apps.addApp({ certificates: [certificate] });
			await form.choose('clientCredentialType', 'Certificate');
			await form.input('privateKey').waitFor();
			await form.choose('cloud', 'Custom');
			await form.input('apiBaseUrl').waitFor();
			const data = run.emulator.credentialData({ clientId, privateKey, certificate });
			delete data.clientSecret;
			await form.fill(data);
			expect(await form.save()).toBe('success');
		});
	});
});
