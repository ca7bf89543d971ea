#!/bin/sh
# Mutation testing of the rules of limits, in a scratch copy and a scratch environment.
# Usage: tools/mutate.sh [NAME PATTERN ...], e.g. tools/mutate.sh 'sunline.sla.rules.due*'
# Ten to thirty minutes of one core; see docs/reference/mutation.md.
set -eu
root=$(git rev-parse --show-toplevel)
copy=${MUTATE_DIR:-/tmp/sunline-mutants}
if [ ! -x "$copy/venv/bin/mutmut" ]; then
  mkdir -p "$copy"
  "$root/.venv/bin/python" -m venv "$copy/venv"
  "$copy/venv/bin/pip" install --quiet mutmut==3.8.1
fi
rm -rf "$copy/tree" && mkdir "$copy/tree"
git -C "$root" archive HEAD | tar -x -C "$copy/tree"
cp -r "$root/src/sunline/locale/zh_Hans" "$copy/tree/src/sunline/locale/"
cd "$copy/tree"
cat > setup.cfg <<'CFG'
[mutmut]
source_paths=
    src
only_mutate=
    src/sunline/sla/rules/*.py
    src/sunline/tickets/rules/lifecycle.py
also_copy=
    src
    tests
    docs
    conftest.py
pytest_add_cli_args_test_selection=
    src/sunline/sla/tests/test_edges.py
    src/sunline/sla/tests/test_rules.py
    src/sunline/sla/tests/test_week.py
    src/sunline/sla/tests/test_changes.py::test_extensions
    src/sunline/sla/tests/test_changes.py::test_rungs
    src/sunline/sla/tests/test_reclass.py::test_statutory_clocks_are_settled
    src/sunline/sla/tests/test_notices.py::test_the_nearest_who_can_act_is_told
    src/sunline/sla/tests/test_notices.py::test_without_a_home_only_those_who_are_known_are_told
    src/sunline/sla/tests/test_notices.py::test_targets_have_one_word_each
    src/sunline/tickets/tests/test_rules.py
CFG
# Calendars of the tests remember the years of the first, unchanged run; each mutant starts afresh.
cat >> conftest.py <<'PY'


@pytest.fixture(scope="session", autouse=True)
def _nothing_remembered():
    import gc

    from sunline.sla.rules import hours

    for one in gc.get_objects():
        if isinstance(one, hours.WorkingHours):
            one._table = None
        elif isinstance(one, hours.RoundTheClock):
            one._ends.clear()
    for named in vars(hours).values():
        getattr(named, "cache_clear", int)()
PY
[ $# -gt 0 ] || set -- 'sunline.sla.rules.*' 'sunline.tickets.rules.lifecycle.x_allowed*' \
  'sunline.tickets.rules.lifecycle.x_verbs_in*' 'sunline.tickets.rules.lifecycle.x_after_revisit*'
site=$("$root/.venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
export PYTHONPATH="$site"
nice -n 10 "$copy/venv/bin/mutmut" run --max-children 1 "$@"
"$copy/venv/bin/mutmut" results | grep -v 'not checked' || true
