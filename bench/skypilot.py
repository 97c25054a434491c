"""SkyPilot's own optimizer on one problem: JSON on standard input, a line of JSON on standard output.

A task stands for a component, and what it may run on for the sites. What a task costs at a site is given. What moves
along an edge costs what SkyPilot's clouds say, or what is given for each pair of sites.
"""

import json
import sys
import time

import networkx
import sky
from sky import clouds
from sky.optimizer import Optimizer

CLOUDS = {"aws": clouds.AWS(), "gcp": clouds.GCP(), "azure": clouds.Azure()}


class Site:
    """What the optimizer asks of a resource is its cloud."""

    def __init__(self, index, name):
        self.index = index
        self.cloud = CLOUDS[name]


def main():
    given = json.load(sys.stdin)
    dag = sky.Dag()
    with dag:
        tasks = [sky.Task(f"c{index}") for index in range(len(given["costs"]))]
        for edge in given["edges"]:
            dag.add_edge(tasks[edge["from"]], tasks[edge["to"]])
    edges = {(tasks[edge["from"]], tasks[edge["to"]]): edge for edge in given["edges"]}
    costs = {
        task: {Site(at, given["clouds"][at]): cost for at, cost in enumerate(row) if cost is not None}
        for task, row in zip(tasks, given["costs"])
    }
    Optimizer._add_dummy_source_sink_nodes(dag)
    for task in dag.tasks:
        if task not in costs:
            costs[task] = {next(iter(task.resources)): 0.0}

    # A task has one output for all who read it; here, each edge has a volume of its own.
    def moved(minimize_cost, parent, source, task, target):
        edge = edges.get((parent, task))
        if edge is None:
            return 0.0
        if "dollars" in edge:
            return edge["dollars"][source.index][target.index]
        return Optimizer._egress_cost(source.cloud, target.cloud, edge["gib"])

    Optimizer._egress_cost_or_time = staticmethod(moved)
    graph = dag.get_graph()
    order = list(networkx.topological_sort(graph))
    chain = dag.is_chain()
    begin = time.perf_counter()
    if chain:
        plan, _ = Optimizer._optimize_by_dp(order, costs)
    else:
        plan, _ = Optimizer._optimize_by_ilp(graph, order, costs)
    seconds = time.perf_counter() - begin
    print(
        json.dumps(
            {
                "algorithm": "dynamic program" if chain else "integer program",
                "milliseconds": seconds * 1000,
                "assignment": [plan[task].index for task in tasks],
            }
        )
    )


main()
