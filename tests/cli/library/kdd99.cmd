connections 400 >connections
says 'rows       359 (of 400 read)' data import kdd99 connections -o kdd99.h5
grep -F 'protocol   kdd99, from connections' says.out
grep -F 'test       200: 161 normal, 39 anomalies (19.500 %)' says.out
says 'rows       359 (of 400 read)' data info kdd99.h5
says 'protocol   kdd99-attacks,' data import kdd99 connections --anomalous attacks --force
grep -F 'test       200: 39 normal, 161 anomalies (80.500 %)' says.out

# Row counts behind the table of known figures; needs the file, which egad does not ship.
if [ -e "${EGAD_KDD99:-}" ]; then
    says 'train      198,361 normal' data import kdd99 "$EGAD_KDD99" --force -o kdd99.h5
    grep -F 'rows       445,372 kept of 494,021 read' says.out
    grep -F 'test       247,011: 198,382 normal, 48,629 anomalies (19.687 %)' says.out
fi
