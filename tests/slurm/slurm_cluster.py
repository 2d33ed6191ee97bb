"""A Slurm of three nodes on this machine. Each node is a set of namespaces: network, host name, mounts and processes. Needs
root, Debian's slurmctld, slurmd, slurm-client and munge, and no service manager. Call enter_namespaces() first: everything
ends with the process that it starts."""
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

NODES = ("node1", "node2", "node3")
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "ip", "unshare", "nsenter")
INSIDE = "PINPOINT_INSIDE_SLURM_TEST"
SUBNET = "10.77.0"

# A requeued job waits until credentials of its first start have expired; less than 5 s means Slurm's default of 120 s.
CONFIGURATION = """
ClusterName=test
SlurmctldHost=controller({subnet}.1)
AuthType=auth/munge
AuthInfo=socket={base}/munge/socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation={base}/state
SlurmdSpoolDir={base}/spool-%n
SlurmctldPidFile={base}/slurmctld.pid
SlurmdPidFile={base}/%n.pid
SlurmctldLogFile={base}/slurmctld.log
SlurmdLogFile={base}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=0
KillWait=5
MinJobAge=3600
SlurmdTimeout=10
MailProg=/bin/true
NodeName={first} NodeAddr={subnet}.11 CPUs=4
NodeName={second} NodeAddr={subnet}.12 CPUs=4
NodeName={third} NodeAddr={subnet}.13 CPUs=4
PartitionName=all Nodes=ALL Default=YES State=UP
"""
# Runs as process 1 of a node. `link` arrives in this network namespace from outside.
NODE = """
hostname {name}
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /dev/shm
ip link set lo up
until ip link set {link} up 2>/dev/null; do sleep 0.05; done
ip address add {address}/24 dev {link}
slurmd -D -N {name} &
wait
"""


def missing():
    """What this machine lacks for the test, or nothing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    lacks = [program for program in PROGRAMS if not shutil.which(program, path=path)]
    if lacks:
        return f"needs {', '.join(lacks)} (Debian: slurmctld slurmd slurm-client munge iproute2)"
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    tried = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "needs namespaces (unshare), which are forbidden here"


UNSHARE = ("unshare", "--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def enter_namespaces():
    """Starts this program again in namespaces of its own, unless it is there already."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "yes"
        os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv])


def call(*words):
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Cluster:
    """\\param base an empty folder outside of /tmp, which every node has for itself"""

    def __init__(self, base):
        self.base = Path(base)
        self.nodes = {}
        self.write_files()
        os.environ["SLURM_CONF"] = str(self.base / "slurm.conf")
        for variable in ("OMPI_MCA_btl_tcp_if_include", "OMPI_MCA_oob_tcp_if_include"):
            os.environ[variable] = f"{SUBNET}.0/24"
        os.environ["OMPI_MCA_mpi_yield_when_idle"] = "1"  # there may be more ranks than cores
        self.make_network()
        self.start_munge()
        subprocess.Popen(["slurmctld", "-D"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for number, name in enumerate(NODES):
            self.start_node(number, name)
        self.wait(lambda: call("sinfo", "--noheader", "--format=%T %D").split() == ["idle", str(len(NODES))], 60)

    def write_files(self):
        for folder in ("munge", "state"):
            (self.base / folder).mkdir(mode=0o755)
        first, second, third = NODES
        (self.base / "slurm.conf").write_text(
            CONFIGURATION.format(base=self.base, subnet=SUBNET, first=first, second=second, third=third))
        hosts = self.base / "hosts"
        hosts.write_text("".join(f"{SUBNET}.{number} {name}\n" for number, name in
                                 [(1, "controller"), *((11 + i, name) for i, name in enumerate(NODES))])
                         + "127.0.0.1 localhost\n")
        call("mount", "--bind", hosts, "/etc/hosts")

    def make_network(self):
        call("hostname", "controller")
        call("ip", "link", "set", "lo", "up")
        call("ip", "link", "add", "bridge0", "type", "bridge")
        call("ip", "address", "add", f"{SUBNET}.1/24", "dev", "bridge0")
        call("ip", "link", "set", "bridge0", "up")

    def start_munge(self):
        key = self.base / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        call("munged", f"--key-file={key}", *(f"--{kind}-file={self.base}/munge/{kind}" for kind in ("pid", "log", "seed")),
             f"--socket={self.base}/munge/socket")

    def start_node(self, number, name):
        link = f"veth{number}"
        call("ip", "link", "add", link, "type", "veth", "peer", "name", f"{link}-out")
        call("ip", "link", "set", f"{link}-out", "master", "bridge0", "up")
        script = NODE.format(name=name, link=link, address=f"{SUBNET}.{11 + number}")
        parent = subprocess.Popen([*UNSHARE, "bash", "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        self.wait(lambda: children.read_text().split(), 10)
        self.nodes[name] = int(children.read_text().split()[0])
        call("ip", "link", "set", link, "netns", self.nodes[name])

    def kill_node(self, name):
        """All its processes die at once, and its link goes away."""
        os.kill(self.nodes.pop(name), signal.SIGKILL)

    def wait(self, condition, seconds):
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except RuntimeError:  # not ready yet
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"not within {seconds} s:\n{self.describe()}")
            time.sleep(0.2)

    def describe(self):
        logs = [log.read_text()[-3000:] for log in sorted(self.base.glob("*.log"))]
        return "\n".join([subprocess.run(command, capture_output=True, text=True, check=False).stdout
                          for command in (["sinfo", "-N"], ["scontrol", "show", "jobs"])] + logs)

    @staticmethod
    def show(number):
        shown = call("scontrol", "show", "job", number, "--oneliner").splitlines()[0]
        return dict(word.split("=", 1) for word in shown.split() if "=" in word)

    def nodes_of(self, number):
        return call("scontrol", "show", "hostnames", self.show(number)["NodeList"]).split()

    def job(self, number):
        """The state, number of restarts and exit status of a job, or of a task like 12_3."""
        values = self.show(number)
        return values["JobState"], int(values["Restarts"]), int(values["ExitCode"].split(":")[0])
