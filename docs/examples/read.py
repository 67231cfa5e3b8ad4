import csv
from collections import defaultdict
rates = defaultdict(list)
for row in csv.DictReader(open("sizes/points.csv")): rates[row["scheduler"]].append(float(row["violationRate"]))
for scheduler, values in rates.items(): print(scheduler, sum(values) / len(values))
