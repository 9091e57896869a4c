#!/bin/sh
# Imports the "CRM Sales Opportunities" data of Maven Analytics into a Kontor database:
#
#     import.sh DATABASE DATA_FOLDER
#
# DATA_FOLDER holds accounts.csv, products.csv, sales_teams.csv and sales_pipeline.csv. The map files
# beside this script say which column goes where. Every import is one change set: `kontor history` lists
# them, `kontor undo` takes the last one back. Running the script again reports every row as "same".
#
# KONTOR names the program where it is not on the PATH.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: $0 DATABASE DATA_FOLDER" >&2
    exit 2
fi
database=$1
data=$2
here=$(cd "$(dirname "$0")" && pwd)
kontor=${KONTOR:-kontor}

# What is imported links to what was imported before it.
step() {
    echo "== $1 from $2" >&2
    "$kontor" --db "$database" import "$1" "$data/$2" --map "$here/$3"
}

"$kontor" --db "$database" schema apply "$here/company.toml"
step product  products.csv       products.toml
step customer accounts.csv       accounts.toml
step team     sales_teams.csv    offices.toml
step user     sales_teams.csv    managers.toml
step user     sales_teams.csv    agents.toml
step deal     sales_pipeline.csv deals.toml
