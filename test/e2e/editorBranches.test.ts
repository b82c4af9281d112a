/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { NEWEST } from '../../playground/n8n/install';
import { EditorRun, LONGEST_MS } from './editor/editorRun';
import { outcomesWorkflow } from './editor/outcomesWorkflow';
import { takePicture } from './editor/picture';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

function example(file: string): { name: string; nodes: INode[]; connections: object } {
	return JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as ReturnType<typeof example>;
}

describe(`n8n ${NEWEST}'s editor`, () => {
	const run = new EditorRun();

	beforeAll(async () => await run.start(NEWEST), LONGEST_MS);
	afterAll(async () => await run.end());

	/** Takes a picture of the whole canvas. */
	async function pictureOfCanvas(name: string): Promise<void> {
		const { canvas, page } = run.editor;
		await canvas.fit();
		await takePicture(NEWEST, name, page, [canvas.nodes.first(), ...(await canvas.nodes.all())], 60);
	}

	it('shows items on the branch of their outcome', async () => {
		await run.openWorkflow(outcomesWorkflow());
		const { canvas } = run.editor;
		expect(await canvas.outputsOf('Get Result')).toEqual(['Succeeded', 'Failed', 'Not Finished']);
		await canvas.execute('Use Results', 'Open a Ticket', 'Ask Again Later');
		const shown = async (branch: string) => await canvas.itemsBetween('Get Result', branch).innerText();
		expect(await shown('Use Results')).toMatch(/^2 items/);
		expect(await shown('Open a Ticket')).toMatch(/^8 items/);
		expect(await shown('Ask Again Later')).toMatch(/^1 item$/);
		await pictureOfCanvas('outputs');
	});

	describe('the first example', () => {
		it('runs a script on six devices and branches on its exit code', async () => {
			const workflow = example('run-script-and-branch.json');
			// One device is offline: the picture needs no 20 minutes.
			for (const { name, parameters } of workflow.nodes) if (name === 'Get Result') parameters.maxWaitMinutes = 0.5;
			await run.openWorkflow(workflow);
			const { canvas } = run.editor;
			await canvas.execute('Compliant', 'Findings', 'No Verdict');
			const shown = async (branch: string) => await canvas.itemsBetween('Exit Code', branch).innerText();
			expect(await shown('Compliant')).toMatch(/^3 items/);
			expect(await shown('Findings')).toMatch(/^1 item$/);
			expect(await shown('No Verdict')).toMatch(/^2 items/);
			await pictureOfCanvas('workflow');
		});

		it('shows the results', async () => {
			const { canvas, node, page } = run.editor;
			await canvas.openNode('Get Result');
			const items = (await node.outputJson()) as object[];
			expect(items).toHaveLength(6);
			expect(items[0]).toMatchObject({ outcome: 'succeeded', exit_code: 0, computerDnsName: 'ws-fin-01.contoso.example' });
			await takePicture(NEWEST, 'result', page, [page.getByTestId('ndv')]);
		});
	});

	it.each(readdirSync(EXAMPLES))('imports %s', async (file) => {
		const { name, nodes } = example(file);
		await run.editor.importWorkflow(join(EXAMPLES, file));
		const { canvas, page } = run.editor;
		for (const node of nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote')) await canvas.node(node.name).waitFor();
		expect(await page.getByTestId('workflow-name-input').innerText()).toBe(name);
		// A node that n8n does not know has a question mark, and says so.
		expect(await page.getByText('Install this node').count()).toBe(0);
	});
});
