// Translates the Python files of an archive with Pyodide itself, so that no reader's browser has to.
// Usage: node translate.mjs PYODIDE_FOLDER SOURCE.zip TARGET.zip
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${folder}/` });
python.FS.writeFile("/source.zip", new Uint8Array(readFileSync(source)));
python.runPython(`
import py_compile, zipfile, warnings
warnings.simplefilter("ignore", SyntaxWarning)
with zipfile.ZipFile("/source.zip") as source, zipfile.ZipFile("/target.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
    for name in sorted(source.namelist()):
        content, written = source.read(name), name
        if name.endswith(".py"):
            with open("/module.py", "wb") as file:
                file.write(content)
            # dfile: what a traceback names; docstrings go, SymPy's are half of it
            py_compile.compile("/module.py", cfile="/module.pyc", dfile=name, doraise=True, optimize=2,
                               invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
            with open("/module.pyc", "rb") as file:
                content, written = file.read(), name + "c"
        target.writestr(zipfile.ZipInfo(written), content, zipfile.ZIP_DEFLATED, 9)
`);
// what was left out must not be missed
python.runPython(`
import sys
sys.path.append("/target.zip")
import sympy, mpmath, lark
`);
writeFileSync(target, python.FS.readFile("/target.zip"));
