import { VERSIONS } from '../../playground/n8n/install';
import { CREDENTIAL, EditorRun, MAX_MS } from './editor/editorRun';
import { areaOf, takePicture } from './editor/picture';
import { chain, defenderNode, MANUALLY } from './realWorkflow';

const NODE = 'Microsoft Defender Live Response';
const RUN = 'Run script or collect file on device';
const GET_RESULT = 'Get result of live response';

describe.each(VERSIONS)("n8n %s's editor", (version) => {
	const run = new EditorRun();

	beforeAll(async () => await run.start(version), MAX_MS);
	afterAll(async () => await run.end());

	describe('a workflow built by hand', () => {
		it('begins with a manual trigger and our node', async () => {
			const { nodePanel, node } = run.editor;
			await run.editor.newWorkflow();
			await nodePanel.addManualTrigger();
			await nodePanel.addAction('defender', NODE, RUN);
			expect(await node.value('resource')).toBe('Live Response');
			expect(await node.value('operation')).toBe('Run');
			await node.chooseCredential(CREDENTIAL);
		});

		it('picks a device from the list, by the start of its name', async () => {
			const { node } = run.editor;
			expect(await node.searchList('machineId', 'ws-fin', 2)).toEqual([
				expect.stringMatching(/^ws-fin-01\.contoso\.example \(Windows11, Active, seen .+ ago\)$/),
				expect.stringMatching(/^ws-fin-02\.contoso\.example \(Windows11, Active, seen .+ ago\)$/),
			]);
			await node.pick('machineId', 'ws-fin-02');
			expect(await node.value('machineId')).toMatch(/^ws-fin-02\.contoso\.example \(Windows11, Active, seen .+ ago\)$/);
		});

		it('picks a script from the library', async () => {
			const { node } = run.editor;
			expect(await node.searchList('scriptName', 'same for linux', 1)).toEqual(['check-baseline.sh (The same for Linux)']);
			expect(await node.searchList('scriptName', 'baseline.ps1', 1)).toEqual([
				'check-baseline.ps1 (Compares the device with the security baseline)',
			]);
			await node.pick('scriptName', 'check-baseline.ps1');
		});

		it('runs the script on the device, and shows its result', async () => {
			const { node } = run.editor;
			await node.execute();
			expect(await node.outputJson()).toEqual([
				expect.objectContaining({
					outcome: 'scriptFailed',
					script_name: 'check-baseline.ps1',
					exit_code: 3,
					script_output: expect.stringContaining('Firewall profile Public: off'),
					computerDnsName: 'ws-fin-02.contoso.example',
				}),
			]);
			expect(run.emulator.runs.map(({ commands }) => commands.map(({ type }) => type))).toEqual([['RunScript']]);
			await node.close();
		});

		it('goes on with the result of the node before it, without any setting', async () => {
			const { nodePanel, node } = run.editor;
			await nodePanel.addAction('transcript', NODE, GET_RESULT);
			await node.chooseCredential(CREDENTIAL);
			await node.execute();
			expect(await node.outputJson()).toEqual([
				expect.objectContaining({ outcome: 'scriptFailed', computerDnsName: 'ws-fin-02.contoso.example' }),
			]);
		});

		it('picks another live response from the list', async () => {
			const { node } = run.editor;
			await node.pickFromList('machineActionId');
			const [entry] = await node.searchList('machineActionId', 'cancelled', 1);
			expect(entry).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC Cancelled, ws-out-01, check-baseline\.ps1 \(cancelled\)$/);
			await node.pick('machineActionId', entry);
		});

		it('has three outputs when they are switched on, and gives items to the right one', async () => {
			const { canvas, node } = run.editor;
			await node.toggle('routeByOutcome');
			await node.execute();
			await node.output.getByText('Failed Branch (1 item)').waitFor();
			await node.close();
			expect(await canvas.outputsOf(GET_RESULT)).toEqual(['Succeeded', 'Failed', 'Not Finished']);
			await canvas.openNode(GET_RESULT);
			await node.toggle('routeByOutcome');
			await node.close();
			await canvas.node(GET_RESULT).getByText('Not Finished').waitFor({ state: 'hidden' });
			expect(await canvas.outputsOf(GET_RESULT)).toHaveLength(1);
		});
	});

	describe('a refusal', () => {
		it('says which permission is missing, and what to do', async () => {
			const { clientId } = run.emulator.apps.addApp({ secrets: [{ value: 'of~another~app' }], roles: ['Machine.Read.All'] });
			await run.addCredential('Read Only', { clientId, clientSecret: 'of~another~app' });
			const parameters = { resource: 'liveResponse', operation: 'getResult', machineActionId: '10000000-0000-4000-8000-000000000001' };
			await run.openWorkflow(chain('refused', MANUALLY, { ...defenderNode(parameters, 'Read Only'), name: 'Get Result' }));
			const { canvas, node, page } = run.editor;
			await canvas.openNode('Get Result');
			await node.execute();
			expect(await node.errorMessage.innerText()).toContain('a permission is missing');
			const advice = await node.errorDescription.innerText();
			expect(advice).toContain('Machine.ReadWrite.All');
			expect(advice).toContain('Machine.Read.All');
			expect(advice).toMatch(/admin consent/);
			await takePicture(version, 'error', page, async () => {
				const panel = await areaOf([node.output]);
				const end = await areaOf([node.output.getByText('Other info')], { y: 24 });
				return { ...panel, height: end.y + end.height - panel.y };
			});
		});

		it('shows in a list too', async () => {
			const { node, page } = run.editor;
			await node.pickFromList('machineActionId');
			await node.openList('machineActionId');
			await page.getByText('Could not load list').filter({ visible: true }).waitFor();
			await page.getByText('a permission is missing').filter({ visible: true }).first().waitFor();
		});
	});
});
