"""From the bytes of a roster file to its cells; nothing here knows the register.

`sheet` is the way in for CSV and workbooks, `consent_db.roster.oneroster` for OneRoster. Zip files are opened
by `worker` in a limited process of its own, which imports nothing else of this
package than `archive`, `formats`, `workbook`, `worksheet` and `bundle_csv`.
"""
