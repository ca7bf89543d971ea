#!/usr/bin/env bash
# Backs up database and attachments: DATABASE_URL=… SUNLINE_VAR=… backup.sh FOLDER
# Files are written under another name first, so that a broken run never looks like a backup.
set -euo pipefail
umask 077
folder=${1:?usage: backup.sh FOLDER}
: "${DATABASE_URL:?}" "${SUNLINE_VAR:?}"
keep=${KEEP:-14}
name=sunline-$(date +%Y%m%d-%H%M%S)
mkdir -p "$folder"

# The database first: an attachment that came later is spare, one that is missing would be a loss.
pg_dump --format=custom --no-owner --file="$folder/$name.dump.part" "$DATABASE_URL"
pg_restore --list "$folder/$name.dump.part" >/dev/null
mkdir -p "$SUNLINE_VAR/files"
tar -czf "$folder/$name-files.tar.gz.part" -C "$SUNLINE_VAR" files
mv "$folder/$name.dump.part" "$folder/$name.dump"
mv "$folder/$name-files.tar.gz.part" "$folder/$name-files.tar.gz"

for kind in dump -files.tar.gz; do
  suffix=${kind/#dump/.dump}
  find "$folder" -name "sunline-[0-9]*-[0-9][0-9][0-9][0-9][0-9][0-9]$suffix" | sort -r |
    tail -n +"$((keep + 1))" | xargs -r rm --
done
echo "$folder/$name.dump"
