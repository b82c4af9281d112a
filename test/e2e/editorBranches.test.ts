/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { join } from 'node:path';
import { OUTCOME_ACTIONS } from '../../playground/emulator';
import { EXAMPLE_FILES, readExample } from '../../playground/n8n/examples';
import { NEWEST } from '../../playground/n8n/install';
import { VIEWPORT } from './editor/editor';
import { EditorRun, MAX_MS } from './editor/editorRun';
import { outcomesWorkflow } from './editor/outcomesWorkflow';
import { areaOf, takePicture } from './editor/picture';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

describe(`n8n ${NEWEST}'s editor`, () => {
	const run = new EditorRun();

	beforeAll(async () => await run.start(NEWEST), MAX_MS);
	afterAll(async () => await run.end());

	/** Takes a picture of the whole workflow. */
	async function pictureOfCanvas(name: string): Promise<void> {
		const { canvas, page } = run.editor;
		await canvas.fit();
		// On the right stands how many items the last nodes gave.
		await takePicture(NEWEST, name, page, async () => await areaOf(await canvas.everything.all(), { x: 50, y: 60, right: 125 }));
	}

	it('shows items on the branch of their outcome', async () => {
		await run.openWorkflow(outcomesWorkflow());
		const { canvas } = run.editor;
		expect(await canvas.outputsOf('Get Result')).toEqual(['Succeeded', 'Failed', 'Not Finished']);
		await canvas.execute();
		expect(await canvas.itemsBetween('Get Result', 'Use Results')).toBe('2 items');
		expect(await canvas.itemsBetween('Get Result', 'Open a Ticket')).toBe('8 items');
		expect(await canvas.itemsBetween('Get Result', 'Ask Again Later')).toBe('1 item');
		await pictureOfCanvas('outputs');
	});

	it.each(['light', 'dark'])(
		'shows device, outcome, exit code and output of every item in a table, refused ones too (%s)',
		async (theme) => {
			const workflow = outcomesWorkflow();
			const [, list, , getResult] = workflow.nodes;
			const ids = JSON.stringify({ id: ['nonsense', ...Object.values(OUTCOME_ACTIONS)] });
			list.parameters.jsonOutput = ids;
			getResult.parameters.routeByOutcome = false;
			getResult.onError = 'continueRegularOutput';
			workflow.nodes = workflow.nodes.slice(0, 4);
			delete workflow.connections['Get Result'];
			await run.openWorkflow(workflow);
			const { canvas, node, page } = run.editor;
			await canvas.execute();
			await canvas.openNode('Get Result');
			await node.showOutputAs('table');
			const rows = node.output.locator('tbody tr');
			await rows.first().waitFor();
			expect((await node.output.locator('thead th').allInnerTexts()).slice(0, 4)).toEqual([
				'computerDnsName',
				'outcome',
				'exit_code',
				'script_output',
			]);
			const cells = await Promise.all((await rows.all()).map(async (row) => (await row.locator('td').allInnerTexts()).slice(0, 12)));
			expect(cells.length).toBeGreaterThan(5);
			expect(cells[0].slice(0, 4)).toEqual(['null', 'refused', 'null', 'null']);
			expect(cells.flat()).not.toContain('undefined');
			await page.evaluate((wanted) => document.body.setAttribute('data-theme', wanted), theme);
			await takePicture(NEWEST, `table-${theme}`, page, async () => await areaOf([page.getByTestId('ndv')]));
			await node.close();
		},
	);

	describe('the first example', () => {
		it('runs a script on six devices and branches on its exit code', async () => {
			const workflow = readExample('run-script-and-branch.json');
			// One device is offline, and is waited for as long.
			for (const { name, parameters } of workflow.nodes) if (name === 'Get Result') parameters.maxWaitMinutes = 0.5;
			await run.openWorkflow(workflow);
			const { canvas } = run.editor;
			await canvas.execute();
			expect(await canvas.itemsBetween('Exit Code', 'Compliant')).toBe('3 items');
			expect(await canvas.itemsBetween('Exit Code', 'Findings')).toBe('1 item');
			expect(await canvas.itemsBetween('Exit Code', 'No Verdict')).toBe('2 items');
			await pictureOfCanvas('workflow');
		});

		it('shows the results', async () => {
			const { canvas, node, page } = run.editor;
			await page.setViewportSize({ ...VIEWPORT, height: 780 });
			await canvas.openNode('Get Result');
			await node.output.getByText('6 items').waitFor();
			await node.showOutputAs('json');
			// n8n draws only as much as fits in.
			for (const text of ['ws-fin-01.contoso.example', 'Baseline: 42 of 42 settings as required', 'scriptFailed']) {
				await node.output.getByText(text).first().waitFor();
			}
			await takePicture(NEWEST, 'result', page, async () => await areaOf([page.getByTestId('ndv')]));
			await page.setViewportSize(VIEWPORT);
		});
	});

	it.each(EXAMPLE_FILES)('imports %s', async (file) => {
		const { name, nodes } = readExample(file);
		await run.editor.importWorkflow(join(EXAMPLES, file));
		const { canvas, page } = run.editor;
		for (const node of nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote')) await canvas.node(node.name).waitFor();
		expect(await page.getByTestId('workflow-name-input').innerText()).toBe(name);
	});
});
