import type { INodeProperties } from 'n8n-workflow';

/**
 * Which file of the live response library.
 *
 * @param more what differs: where it is shown
 */
export function libraryFileField(
	displayName: string,
	name: string,
	placeholder: string,
	more: Partial<INodeProperties> = {},
): INodeProperties {
	return {
		displayName,
		name,
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		description: 'A file of the live response library of the tenant',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose a file of the library…',
				typeOptions: { searchListMethod: 'searchLibraryFiles', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder },
		],
		...more,
	};
}
