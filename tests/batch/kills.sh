#!/bin/sh
# A run that costs next to nothing: OUT LOG DROP. Writes out of sight and renames into place.
echo "start $3" >> "$2"
part="$(dirname "$1")/.$(basename "$1").$$.partial"
mkdir -p "$part" && sleep 0.04 && printf '{"status": "ok"}' > "$part/run.json" && mv -T "$part" "$1" 2>/dev/null || { rm -rf "$part"; exit 1; }
echo "published $3" >> "$2"
