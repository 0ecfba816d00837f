given flows.csv
import flows.csv flows.h5 >imported
grep -F 'rows       400' imported
grep -F 'anomalies' imported
says '40 anomalies' data info flows.h5
says '3: icmp, tcp, udp' data info flows.h5
says 'benign                            360' data info flows.h5
says '0 to 506' data info flows.h5
says "$(sha256sum <flows.csv | cut -d' ' -f1)" data info flows.h5
gzip -k flows.csv
import flows.csv.gz gz.h5 >/dev/null
says "$(sha256sum <flows.csv | cut -d' ' -f1)" data info gz.h5
says 'train' data info gz.h5
tr , ';' <flows.csv >semicolons.csv
import semicolons.csv semicolons.h5 >/dev/null
tr , '\t' <flows.csv >tabs.csv
import tabs.csv tabs.h5 --delimiter tab >/dev/null
import flows.csv dropped.h5 --drop proto >/dev/null
says 'features   2, of 2 columns' data info dropped.h5
