import { searchLibraryFiles } from './searchLibraryFiles';
import { searchMachineActions, searchPackageActions } from './searchMachineActions';
import { searchMachines } from './searchMachines';

/** The lists of the editor, by the names that the fields give. */
export const LIST_SEARCH = { searchLibraryFiles, searchMachineActions, searchMachines, searchPackageActions };
