"""Which steps of the wall stop which attempts, each step alone: whoever the user is, on a system with Landlock's scopes (ABI 6).

``root`` is made in a mount namespace, and so stands for ``namespaces`` too.
"""

from __future__ import annotations

from typing import Final

GROUPS: Final = {
    "read, write, list, remove, run files; devices; `/proc`": (
        "root landlock seccomp",
        (
            "read_a_file read_the_passwords_file list_the_root list_a_folder write_a_file write_somewhere "
            "overwrite_a_file remove_a_file link_to_a_file climb_out_by_dots open_a_device "
            "read_the_environment list_processes run_a_program"
        ),
    ),
    "look at a file's size, change its mode, talk to a socket in a folder": (
        "root seccomp",
        ("look_at_a_file change_a_mode send_to_a_socket_in_a_folder"),
    ),
    "leave by chroot; mount": (
        "root capabilities landlock seccomp",
        ("climb_out_by_chroot mount_over_a_folder mount_the_processes"),
    ),
    "open a file by its handle; make a device; enter another's namespaces": (
        "namespaces root capabilities landlock seccomp",
        ("open_by_a_handle make_a_device enter_the_namespaces_of_another"),
    ),
    "TCP, sockets without a file; signal, trace, read other processes": (
        "namespaces root landlock seccomp",
        (
            "send_by_tcp send_to_a_socket_without_a_file listen_for_the_host signal_a_process "
            "signal_the_notebook signal_by_a_handle signal_by_the_channel read_its_memory "
            "read_its_memory_as_a_file read_its_environment trace_a_process take_its_descriptors"
        ),
    ),
    "UDP; list interfaces; priorities; System V memory; the session's keys": (
        "namespaces root seccomp",
        ("send_by_udp list_the_interfaces slow_a_process_down read_anothers_shared_memory read_the_sessions_keys"),
    ),
    "the kernel's log; rename the host; become root; load BPF": (
        "namespaces root capabilities seccomp",
        ("read_the_kernels_log rename_the_host become_root load_a_program_into_the_kernel"),
    ),
    "signal, trace, read the zygote and other workers": (
        "landlock seccomp",
        ("read_the_zygotes_memory trace_the_zygote signal_the_zygote end_the_next_worker_by_the_channel"),
    ),
    "raw sockets; take capabilities": (
        "capabilities seccomp",
        ("make_a_raw_socket take_capabilities"),
    ),
    "inside only: make sockets, fork, run code of its own, io_uring, userfaultfd, perf, other ABIs": (
        "seccomp",
        (
            "make_a_socket make_a_pair_of_sockets make_a_socket_to_the_hypervisor "
            "make_a_socket_to_the_kernels_ciphers fork start_a_thread run_a_program_from_memory "
            "enter_namespaces_of_its_own outlive_the_zygote start_a_ring_of_calls handle_its_own_page_faults "
            "count_events call_as_another_architecture raise_its_limits"
        ),
    ),
    "inside only: large files in memory, many descriptors": (
        "limits",
        ("make_a_large_file_in_memory open_many_descriptors"),
    ),
    "use what was left open; shrink or freeze the shared memory": (
        "",
        ("use_what_was_left_open change_the_shared_memory"),
    ),
}
"""What is attempted: the steps that stop it, and the attempts. `docs/isolation.md` says the same."""
STOPPED_BY: Final = {name: steps.split() for steps, names in GROUPS.values() for name in names.split()}
