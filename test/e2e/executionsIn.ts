import type { IDataObject, IRunExecutionData } from 'n8n-workflow';
import type { N8nHome } from '../../playground/n8n/n8nHome';
import type { DatabaseRow } from '../../playground/n8n/readDatabase';
import { parseExecutionData } from '../../playground/n8n/readDatabase';

/** What an execution came to, as n8n stored it. */
export interface StoredExecution {
	id: string;
	workflowId: string;
	mode: string;
	status: string;
	/** The text of what ended it. */
	error?: string;
	/** Of all items that our node or trigger gave. */
	items: IDataObject[];
	/** Of the first of them. */
	json?: IDataObject;
	/** Of the first item at the workflow's end. */
	last?: IDataObject;
}

/** All executions that a database holds. */
export function executionsIn({ installation }: Pick<N8nHome, 'installation'>, rows: DatabaseRow[]): StoredExecution[] {
	const data = new Map(rows.filter(({ table }) => table === 'execution_data').map(({ row }) => [row.executionId, row.data]));
	return rows
		.filter(({ table }) => table === 'execution_entity')
		.map(({ row }) => {
			const { resultData } = parseExecutionData(installation, String(data.get(row.id))) as IRunExecutionData;
			const itemsOf = (node: string) =>
				(resultData.runData[node] ?? []).flatMap(({ data }) => (data?.main ?? []).flatMap((items) => items ?? []));
			const items = [...itemsOf('Defender'), ...itemsOf('Trigger')].map(({ json }) => json);
			return {
				id: String(row.id),
				workflowId: String(row.workflowId),
				mode: String(row.mode),
				status: String(row.status),
				error: resultData.error?.message,
				items,
				json: items[0],
				last: itemsOf('End')[0]?.json,
			};
		});
}
