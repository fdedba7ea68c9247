"""What each fault code means to a reader, and what to do: the words of docs/errors.md.

Text is Markdown, one paragraph a code. Which rules give a code they say themselves (rules/rule.py).
"""

from __future__ import annotations

from collections.abc import Mapping

CODES: Mapping[str, str] = {
    "ACCESS-OPEN": (
        "A pool names no users. Citrix reads an access list that is left out as everyone who can log on, so leaving "
        "it out is never a way to say nobody. Name the AD groups, or say `access: Everyone`. With `Everyone` a list "
        "has no effect: keep one of the two."
    ),
    "ADDRESS-OUTSIDE": (
        "An address is not in the prefix of its network, a `host` number has no address in the prefix, or a gateway "
        "lies outside or is the network's own or its broadcast address. Correct the number, the network of the "
        "server, or the prefix in `networks.yaml`. A workplace's number lies in the clients' VLAN of its site, from "
        "10 on; a device's in that of its kind, from 10 on where DHCP gives it, from 4 to 9 where it is `static`. In "
        "Azure the hub and every area lie in the `prefix` of `azure.yaml`, and subnets in their area's."
    ),
    "ADDRESS-TWICE": (
        "Two instances have one IP address, two devices one MAC address or one `host` number at a site, "
        "or two networks, or two zones of an address plan, one VLAN, or two datastores one LUN; or a host's address in "
        "a network of hosts is another's. The message names the other "
        "holder and, for a server or a workplace, the first `host` number that is free."
    ),
    "ALIAS": (
        "The file has a YAML anchor, alias or merge key. Files are read line by line by people, and an alias can "
        "multiply without end: write the value out where it is used, or give it to the role."
    ),
    "ALLOCATION": (
        "Machines for many sessions are shared, and Citrix accepts only `Random` for them; a machine for one session "
        "holds one."
    ),
    "AUDIO": (
        "Two audio settings cancel each other. Adaptive audio, on by default since VDA 2109, overrides "
        "`audio_quality`; `rtp_audio` needs the UDP listener that `udp_audio` opens."
    ),
    "AVD-ACCESS": (
        "Azure Virtual Desktop lets in groups of people by a role, and knows no exception and nobody called everyone. "
        "A pool that is placed in an area names its `users`; a group that `serving:` moves to another generation must "
        "be one of them, for only a whole group of the pool's can be taken out."
    ),
    "AVD-POOL": (
        "A pool is placed where Azure Virtual Desktop can not have it: in a generation that we did not build, `by: "
        "migrate`, with `allocation: Static`, or in a subnet that is not for desktops. The message says which."
    ),
    "AVD-SCALING": (
        "A pool's schedules give one day twice, or hours that do not follow each other: `ramp_up`, `peak`, "
        "`ramp_down`, `off_peak`, each later than the one before, on the same day. Its holidays end in a year before "
        "they begin."
    ),
    "AVD-SIZE": (
        "No size in `sizes.yaml` that is sold in the platform's location has the CPUs and the memory of a pool's "
        "machines, with graphics where the pool has a `gpu` and without where it has none. Add the size, or ask for "
        "less."
    ),
    "BACKUP": (
        "Data at home are not copied, or every copy may be deleted by whoever breaks in, or copies are locked for "
        "longer than they are kept. Set `backup_policy` on the server or its role, and `immutable_days` in "
        "`backup.yaml`."
    ),
    "BAD-CSV": (
        "A row has more or fewer columns than the header, or a quote is not closed. Values that hold a comma, a quote "
        "or a line break go in double quotes. Columns are separated by commas: a Danish Excel writes semicolons as "
        "`CSV` and commas only where Windows' list separator is one."
    ),
    "BAD-NAME": (
        "A computed or given name breaks a limit: a computer name has at most 15 letters, digits and hyphens and is "
        "not digits alone; a server's identity is the code of its system, the short name of its role and a number, "
        "such as `sbsys-app01`; a service account is of our domain and has at most 15 characters. In Azure each kind "
        "has a limit of its own, such as 24 characters for a Key Vault and for a policy's assignment, 80 for a "
        "firewall rule: shorten the key that it is made of."
    ),
    "BAD-VALUE": (
        "The value has the right type but is not allowed: too small, too large, not one of the words listed, not of "
        "the form that the field needs. The message gives the rule."
    ),
    "BAD-YAML": (
        "The file is not YAML 1.2, has a second document, a tag (`!x`), or a map as key. The line is where reading "
        "stopped; the cause is often on the line above. While a file cannot be read, its faults come alone: what "
        "names its contents is not looked at."
    ),
    "BUDGET": (
        "A subscription's budget is less than seven or more than sixteen tenths of what is declared in it costs by the "
        "list of prices. `refresh cost PLATFORM` says what costs what; set `budget`, or give what you pay in a "
        "`prices.yaml` of your own. Only `refresh check` asks."
    ),
    "CAPACITY": (
        "A generation that is being built or was built needs more CPU, memory or disk, for its servers and its "
        "session machines, than its hardware has once as many hosts are lost as the cluster must bear. The message "
        "gives what it compared; `refresh explain PLATFORM g26` gives all of it, with what is assumed. Add hardware, "
        "or change `cpu_overcommit`, `host_failures` or `free_percent` in `vmware.yaml`. Likewise a machine with more "
        "CPUs or memory than the largest host of its cluster, which nothing can start."
    ),
    "CERTIFICATE": (
        "A stable name that is reached over TLS is on no certificate, or on two; a certificate bears no name, or one "
        "that there is not; or it or its issuer ends when it must not. Put it right in `certificates.yaml`."
    ),
    "CERTIFICATE-ENDS": (
        "A certificate ends within 30 days, or before the 90th day after the cutover. Renew it, put the new one on the "
        "servers, and set `ends` in `certificates.yaml`."
    ),
    "CREW": (
        "More people are in crews than `technicians` of `cutover.yaml` says there are, more helpers go with crews than "
        "come, no crew can do what a site asks, or an agreed visit has a crew in two places or without the time to "
        "drive. Take people out of a crew, or let `refresh plan PLATFORM` find another plan."
    ),
    "DANGLING": (
        "A reference names nothing that is there: a role, network, cluster, image, generation, site, source of a flow "
        "or a machine in `observed/`. Likewise a machine in `observed/` that no server has `found`: give it a server, "
        "for every machine of the estate is somebody's."
    ),
    "DARK": (
        "A site that never closes would have no workplace that works while a crew is there. Say in `parallel` how work "
        "goes on and how many emergency seats the crew brings; the type of a site may say it for all."
    ),
    "DATA": (
        "A server holds data and is rebuilt without a way for the data, a way takes longer than its read-only window, "
        "or a server says that it holds none although its role does. Give `data:` with a way and its minutes, or a "
        "strategy that keeps the machine. What migrates to Azure brings its data on `replicated-disks`, and nothing "
        "else does."
    ),
    "DATA-NO-NAME": (
        "A server holds data, workplaces or other systems reach it, and it has no name that a cutover changes. Who has "
        "a machine's name in its settings goes on writing there. Give the server an alias, `aliases: {sbsys-sql01: "
        "sbsys-sql01}`, tell clients that name beforehand, and let flows that mean other servers say so with `role`. "
        "Files are reached by a share: give the `file-share` in `stable` the `system` that it leads to."
    ),
    "DIAGNOSTIC-MODE": (
        "`adaptive_transport: DiagnosticMode` never falls back to TCP: whoever's network drops UDP has no session at "
        "all. It is for a test, by hand. Use `Preferred`."
    ),
    "DUPLICATE-KEY": (
        "The same key is twice in one map; YAML would silently take the last. The message names the other line."
    ),
    "DUPLICATE-NAME": (
        "Two things have one name in any letter case: systems, servers, workplaces, computer names over all "
        "generations, machines that two servers claim, hosts of the domain, "
        "devices of one workplace in one generation, flows of one system from one source, and "
        "the ends that flows name. Likewise what belongs to one alone: a site to an area, a criticality to a backup "
        "class and a patch ring, an id to a subscription."
    ),
    "EMPTY-FOLDER": (
        "The folder holds nothing to read. An empty platform folder is almost always a mistyped path or a failed "
        "checkout."
    ),
    "EXHAUSTED": (
        "Something has run out: the supernet has no block with a site's number, a VLAN no address for one more "
        "workplace or switch, the transit prefix no link. The message gives the numbers. Give the site a `plan` with "
        "a larger VLAN, a `block` that is free, or widen `supernet` in `networks.yaml`; `refresh check` tells what is "
        "left before it comes to this."
    ),
    "EXPIRED": (
        "An exception is past its last day: someone served by another generation, a server retained, an override of "
        "the guard, a temporary flow, a line that need not carry its site. End it, or decide anew until when. "
        "Likewise waves that are over while somebody waits for one, a cutover in the past to a generation that is not "
        "live, an override that ends more than 92 days ahead, for it is for one update, and a registration token "
        "so far ahead that Azure refuses it. `refresh check --today DATE` says what will expire."
    ),
    "FLOW": (
        "A flow reaches nobody, comes from nobody, or opens what must stay shut: an end without addresses would give "
        "a rule that lets through nothing, or everything; the internet reaches systems, never whole networks; guests "
        "reach the internet, and of us the names, an address and the time, also where a flow from `sites` means their "
        "VLAN too. No domain controller answers the internet, nor does any port that administers a machine or holds "
        "its data. Or no flow lets through the ports on which a pool's machines take sound, what the internet reaches "
        "in Azure is not `published` or not on single ports, or the flows are more than Azure's firewall takes."
    ),
    "FOREIGN-PREFIX": (
        "A prefix is not whose it is said to be. Networks, the supernet, the transit prefix and Azure's prefix are "
        "private (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10): who gives out somebody else's addresses "
        "cannot reach him. A vendor's prefixes are its own: none is shorter than a /16, none overlaps ours, none is "
        "loopback or multicast."
    ),
    "GONE": (
        "A value that is written by hand names a machine, an address or a server of a generation that is `retiring` "
        "or `retired`: in the platform's files, or in a stack file beside them (`dns:server`, `citrix:endpoint`). "
        "Whatever asks there would get no answer once the machine is deleted. Name what stays, or take the value out; "
        "what can be computed from who serves (`services:` in `networks.yaml`) needs no address at all. Only what is "
        "under the generation's own key, such as `found: {g22: ...}`, may name it."
    ),
    "GPU": (
        "Hardware encoding without a GPU, or a pool and its image that do not agree: Machine Creation Services copies "
        "the devices of the master, so a vGPU that the image's master has not, no machine gets."
    ),
    "HOST-NETWORK": (
        "ESXi hosts that we build lack a network of their own, or a number in one. Hosts need `kernel: management`, "
        "and `kernel: vmotion` where a cluster has several: without it DRS moves nothing and no host can be emptied. "
        "Add the network to `networks.yaml`, and `number` to each host in `hardware.yaml`."
    ),
    "KEY": (
        "A crew would stand before a locked door: a site of the weekend has nobody with a phone who lets it in, or no "
        "hours in which that is, or an agreed visit lies outside of them. Set `key_holder` with its `phone`, a mobile, "
        "for the telephone system is closed, and `access` by day of the week."
    ),
    "LICENCE": (
        "The Citrix site has no licences to start a session with: `licensing` is missing, the controllers' release "
        "does not know the activation service (2203 CU7, 2402 CU3, 2411 and later do), or no flow lets the licence "
        "server reach it. Licence files ended on 2026-04-15 (CTX695107)."
    ),
    "LIFECYCLE": (
        "`refresh advance` was asked for a step that the life cycle does not have; [lifecycle.md](lifecycle.md) lists "
        "them all. Or a generation says `cutover: near` and is in a state from which there is no cutover. Or a "
        "device is returned while its workplace has no other that is installed, or stands there for a "
        "generation that is retired."
    ),
    "LOCATION": (
        "No size of virtual machine that is sold in the platform's region holds the server, no type of disk holds one "
        "of its disks, or the size that it names is not sold there, takes too few disks, or reaches them by NVMe, for "
        "which a machine that is brought as it is has no driver. Or a policy allows a region outside the EU and the "
        "EEA. `sizes.yaml` says where each is sold; the message says what was asked for and why."
    ),
    "MISSING-KEY": (
        "A value that has no sensible default is not given, or `null` took it away. Likewise what only the whole asks "
        "for: the maker of a model of thin client, the store that thin clients ask, the system of a service account, "
        "a visit for every site with workplaces, a workplace's `host`, a device's `mac` once "
        "it is here, the `prefixes` of a vendor's system that "
        "somebody may reach, the servers of the alias zone, what the kind of a gateway to Azure needs, a backup class "
        "and a patch ring for each criticality."
    ),
    "MULTI-STREAM": (
        "Multi-Stream together with MTU discovery, which Citrix does not support: sessions break on paths with a "
        "small MTU. Leave Multi-Stream out, or build an image without discovery (`mtu_discovery: false`) and set the "
        "MTU by hand (CTX231821)."
    ),
    "NAME-SHARED": (
        "A stable name leads to several servers that do not answer alike: each has data, or queues, or something else "
        "of its own (`holds_data`, `distinct`). DNS gives any of them. Give each server a name of its own, such as "
        "`aliases: {print-prt01: print-prt01}`."
    ),
    "NO-UPLINK": (
        "An ESXi host gives its distributed switch fewer than two network cards, a card that carries its management, "
        "or more than the switch has uplinks; or a path to storage names an uplink that there is not. Without uplinks "
        "no server on the host reaches anybody. Set `nics` in `hardware.yaml`, on the host or on its model."
    ),
    "NO-VALUE": (
        "A key has no value. In a map in braces that is a forgotten colon (`{role: app, host 12}`) or a text with a "
        "comma and no quotes. Give the key its value, or write `null`, which takes away what the catalog or a role "
        "says, and is a value where the key may be without one."
    ),
    "NOT-A-FILE": (
        "A file is expected and something else is there: a folder, a pipe, a socket, a device, a link that leads "
        "nowhere or a file that may not be opened. It never counts as no file, for all that it was to hold would "
        "vanish without a word. Put the file there, or nothing."
    ),
    "NOT-FOUND": ("The folder or file does not exist or cannot be read."),
    "NOT-UTF8": (
        "The file is no text in UTF-8: an editor saved it as Windows-1252, Excel as UTF-16 (`Unicode Text`), or it is "
        "an Excel workbook under another name. Save it as UTF-8, from Excel as `CSV UTF-8`."
    ),
    "PHONE": (
        "The number that people call during the cutover is an extension, or not said to be a mobile. The telephone "
        "system is closed then, and it may be what fails. Give the number of a mobile that rests on nothing of the "
        "municipality's, with `mobile: true`."
    ),
    "PLACEMENT": (
        "A system can not be placed as it says: in a generation that we did not build and that stays where it is, or "
        "by migration where there is no machine before, or where no wave brings it. Nor is anyone served by what "
        "Azure Migrate has yet to make: `brought: true` says that it has."
    ),
    "PLAN": (
        "An address plan in `site_types.yaml` does not fit: its VLANs are larger than its block, it is smaller than a "
        "block of the supernet, or a site with a plan of several blocks begins at a number that is no multiple of "
        "them."
    ),
    "POLICY-UNASSIGNED": (
        "The municipality gives a profile settings, and no pool that we build has that profile. A policy set that is "
        "assigned to no delivery group applies to nobody, and Citrix does not say so."
    ),
    "POOL-SIZE": (
        "A pool needs more machines than its network has addresses, or than three digits in a computer name can "
        "count. Give it a network of its own or a larger prefix, or split the pool. Or `machines` gives fewer than "
        "its workplaces need at their peak."
    ),
    "PORTS": (
        "A user port of a site's switches has a role that it cannot have: its number is none of the switch's, it has "
        "two roles, or the site's plan has no VLAN for it; or fewer ports are left for clients than the site has "
        "workplaces. Correct `ports` of the type or the site, or `switch_ports` for the one switch that differs. "
        "Or a device is patched to a port that is for something else, or has another's: correct its `port`."
    ),
    "PREFIX-OVERLAP": (
        "Two prefixes share addresses. Networks of all generations exist side by side, so none may overlap another; "
        "nor may a site's block overlap another's, one of them, or the transit prefix. A site says another `block`. "
        "Azure's prefix overlaps nothing at home, areas and the hub not each other, nor the subnets of an area: what "
        "overlaps cannot be reached."
    ),
    "QUOTA": (
        "More virtual CPUs of a family are declared in a subscription than Azure has granted it. Ask for more and "
        "write under `quotas` what was granted, or choose other sizes. Waves that are still planned do not count."
    ),
    "RDP-PROPERTY": (
        "An entry of `avd.rdp.more` is no property of the form `name:i:1` or `name:s:text`, none that Azure Virtual "
        "Desktop knows, has another type, is said twice, or contradicts `join`. What a typed setting says is said "
        "there."
    ),
    "REBOOT-SESSIONS": (
        "A rollout would end sessions without a word, or never arrive. `at-once` restarts machines with people on "
        "them, which is refused where a generation is pilot or live; `drain` waits for a restart, so the pool needs "
        "one. Or the daily restart of a pool logs off people at sites that never close: without `minutes` a machine "
        "restarts when its last session has ended."
    ),
    "REDIRECTION-ACL": (
        "An address of browser content redirection that matches nothing: wildcards are allowed in host and path and "
        "not in the protocol. Or redirection is on and the list is empty."
    ),
    "REST": (
        "Between two shifts of the same people are less than eleven hours, or more than six are worked without a "
        "break. Both are the law (arbejdsmiljøloven, directive 2003/88/EC)."
    ),
    "RESTORE-TEST": (
        "No restore of a system's data was tried, not lately enough for the cutover, or it took longer than its policy "
        "allows. Try one and write day and minutes below `restore_tests` in `backup.yaml`."
    ),
    "ROLLOUT": (
        "The waves of an image's rollout do not make sense: a pool of the image is in no wave or in two, `wave` "
        "counts past the last one, or the version is the current one already."
    ),
    "SECURE-HDX": (
        "`secure_hdx: Enabled` keeps out every client that lacks it. The message counts the workplaces by model; what "
        "a model can do stands in `clients`. `DirectConnectionsOnly` is the value for mixed clients."
    ),
    "SERVING": (
        "Not exactly one generation is live, two are pilots or two the way back, someone is named twice, a generation "
        "is named that serves nobody, a system has nothing in the generation that serves it, or a generation that is "
        "only `observed` stands beside another one that serves people, and nothing then keeps them out of its "
        "delivery groups: `refresh advance ... --to adopted` first."
    ),
    "SPARE": (
        "A workplace that gets a new device in the weekend has none in `devices.csv`, or fewer are spare than `spares` "
        "of `cutover.yaml` asks for. An ordered device counts: give it a row."
    ),
    "SPREAD": (
        "More servers of one system and role must not share a host than the cluster has hosts, less one for "
        "maintenance. Add hosts, or set `spread: false` for the role or the server. In Azure their numbers put them "
        "in three zones, so that neighbouring numbers are in different zones."
    ),
    "STRATEGY": (
        "A strategy that cannot be: for a generation that we do not build, with an end that it does not have, or one "
        "that keeps a machine which its generation takes along when it retires."
    ),
    "SUBNET-SIZE": (
        "A network in Azure is smaller than what is in it needs: the hub holds gateway, firewall, Bastion and private "
        "endpoints and is at least a /22; a subnet holds at least eight addresses, of which Azure takes five. At home "
        "a network is at least a /29."
    ),
    "TASK": (
        "A kind of task of the cutover, or a mishap, cannot be as it is written: nobody can do it, it waits for "
        "itself, or its minutes are missing or upside down. Mend it in your own `tasks.yaml` or `mishaps.yaml`, which "
        "lie over the catalog's."
    ),
    "TO-SAY": (
        "A plain `TODO` stands where only a person can say something, as `refresh new-generation` writes it: as a "
        "value, or as a key such as `TODO-1` for a name that nobody has given yet. Words behind it say what is asked. "
        "Write the value in its place; in quotes it would be text. While anything is to be said, it is told alone: "
        "what rests on it is not looked at."
    ),
    "TOO-LARGE": (
        "The file is over 8 MiB or nests deeper than 24 levels, or has a number of over 400 characters; no file of "
        "people's is."
    ),
    "UNCLAIMED-FILE": ("Nothing reads the file. A file with a mistyped name would otherwise be ignored in silence."),
    "UNKNOWN-KEY": ("The key is not known at that place. The nearest known key is named."),
    "UNQUOTED-NUMBER": (
        "Text is wanted and YAML reads the value as a number: `1.10` becomes 1.1 and `0123` loses its zero. Put it in "
        "quotes."
    ),
    "UNMAINTAINED": (
        "A model of thin client runs a release that its maker mends no longer, or will not mend for as long as a "
        "generation is to serve (`serves_until`). Name a newer release in `system`; client_systems.yaml has them "
        "with their ends."
    ),
    "UNREACHABLE": (
        "The firewall that is rendered from flows drops what the project itself needs: a probe, a playbook, an API, "
        "DHCP, a thin client's manager, Citrix among its own. The message names both ends and the line that lets it "
        "through: paste it below `flows` of the file that it names, and narrow it where more of the source or the "
        "target is opened than you want. Machines of one network at home need no flow."
    ),
    "UNSTABLE": (
        "Something that cannot change in a moment points at a machine, its address or a name with a generation in it. "
        "At the cutover it would lead to what is no longer there: let it point at an alias, a DFS path or an account "
        "without a year."
    ),
    "VCENTER-ACCOUNT": (
        "A service account of vCenter reaches nothing, has the whole vCenter and parts of it, is written twice, or "
        "makes machines of a pool whose network it may not give them. Put it right below `accounts` in `vmware.yaml`."
    ),
    "VCENTER-LICENCE": (
        "Hosts that we build have no licence, or two. Each generation stands in `generations` of one licence in "
        "`vmware.yaml`. The key itself is the playbook's secret and stands nowhere else."
    ),
    "VEHICLE": (
        "The visits of a crew on one shift bring more devices than its vehicle takes. Let `refresh plan PLATFORM` find "
        "another plan, or have large sites delivered beforehand (`delivered_from`)."
    ),
    "VISIT": (
        "The agreed visits do not fit what is there any more: workplaces came or went, a visit is too short for its "
        "work, or a crew is not on duty then. `refresh plan PLATFORM --keep visits.csv --agree` moves as few as it can."
    ),
    "WAN": (
        "A site's line, or its backup, does not carry what its people do at the busiest time, counted from the "
        "figures of the profiles (`wan:` in `profiles.yaml`). The message has the numbers. Order a faster line, or "
        "say in the site's `wan_waiver` why it may be so, and until when. A waiver for a line that is enough is a "
        "fault too."
    ),
    "WAVE": (
        "A wave does not make sense: it ends before it starts, goes to a generation that we do not build, has what "
        "another wave has or what `serving:` names once it has moved, or its state does not fit that of its "
        "generation, or it ends after the server room that it leaves must be empty. A generation serves everyone only "
        "when all its waves have moved, and whatever is placed in Azure is in a wave as soon as its generation has "
        "any."
    ),
    "WEAK-SETTING": (
        "A baseline sets what every benchmark forbids: SMB 1, LM and NTLM answers, passwords that lie readable in "
        "memory, Remote Desktop without a logon before, a firewall that is off. Write the value that the message "
        "names, or delete the setting and leave it to Windows."
    ),
    "WRONG-TYPE": ("The value is of another type than the field: text for a number, a list for a map."),
}
"""Fault code → what it means, and what to do."""
