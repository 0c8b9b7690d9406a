"""Attempts at the network, and at other ways to talk to somebody."""

from __future__ import annotations

import socket

from tests.attacks.escaped.attempts import Facts, attempt

HERE = "127.0.0.1"
SECONDS = 5.0


def _say(kind: int, way: int, address: tuple[str, int] | str) -> str:
    with socket.socket(kind, way) as channel:
        channel.settimeout(SECONDS)
        channel.connect(address)
        channel.sendall(b"a secret")
    return "sent"


@attempt("network")
def send_by_tcp(facts: Facts) -> str:
    return _say(socket.AF_INET, socket.SOCK_STREAM, (HERE, facts.tcp))


@attempt("network")
def send_by_udp(facts: Facts) -> str:
    return _say(socket.AF_INET, socket.SOCK_DGRAM, (HERE, facts.udp))


@attempt("network")
def send_to_a_socket_in_a_folder(facts: Facts) -> str:
    return _say(socket.AF_UNIX, socket.SOCK_STREAM, facts.stream)


@attempt("network")
def send_to_a_socket_without_a_file(facts: Facts) -> str:
    return _say(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + facts.abstract)


@attempt("network")
def listen_for_the_host(facts: Facts) -> str:
    """The port is taken on the host: who shares its network hears that."""
    with socket.socket() as channel:
        try:
            channel.bind((HERE, facts.tcp))
        except OSError as error:
            if error.errno == 98:
                return "the host's ports are seen"
            raise
    raise ConnectionError(111, "it is nobody's port")


@attempt("network")
def list_the_interfaces(_: Facts) -> str:
    found = [name for _, name in socket.if_nameindex() if name != "lo"]
    if not found:
        raise OSError(101, "none but lo")
    return ", ".join(found)


@attempt("inside")
def make_a_socket(_: Facts) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


@attempt("inside")
def make_a_pair_of_sockets(_: Facts) -> None:
    for end in socket.socketpair():
        end.close()


@attempt("inside", uncertain=True)
def make_a_socket_to_the_hypervisor(_: Facts) -> None:
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()


@attempt("inside", uncertain=True)
def make_a_socket_to_the_kernels_ciphers(_: Facts) -> None:
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET).close()


@attempt("inside", root=True)
def make_a_raw_socket(_: Facts) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
