#!/bin/sh
# From bare Debian (12 or newer) to a running mentorNET with HTTPS and a nightly backup. As root, once:
#
#     git clone <the repository> /opt/mentornet
#     SMTP_URL='smtps://user:password@mail.example:465' \
#         /opt/mentornet/deploy/small/install.sh mentors.example you@mentors.example
#
# It asks nothing. A second run leaves settings, data and keys as they are and brings the rest up to date:
# that is also how a new version is installed, after `git -C /opt/mentornet pull`.
#
# SMTP_URL and MAIL_FROM may be set on the way; they can be changed later in /etc/mentornet/mentornet.env.
# NO_CADDY=1 leaves HTTPS to a web server that is there already.
set -eu

[ $# -eq 2 ] || { echo "usage: install.sh HOST OPERATORS-ADDRESS" >&2; exit 2; }
host=$1
operator=$2
case $host in
	*[!A-Za-z0-9.-]* | -* | '') echo "install.sh: $host is no host name" >&2; exit 2 ;;
esac
case $operator in
	*[!A-Za-z0-9.@_+-]* | -* | @* | *@) echo "install.sh: $operator is no address" >&2; exit 2 ;;
	*@*) ;;
	*) echo "install.sh: $operator is no address" >&2; exit 2 ;;
esac
case ${SMTP_URL:-}${MAIL_FROM:-} in
	*"'"*) echo "install.sh: no single quotes in SMTP_URL and MAIL_FROM, please; write %27" >&2; exit 2 ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "install.sh: run it as root" >&2; exit 1; }

to=${DESTINATION:-} # somewhere else than / for trying it out
program=${PROGRAM:-/opt/mentornet}
command=${COMMAND:-$to/usr/local/bin/mentornet}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
say() { printf '\n== %s\n' "$*"; }

say "Packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends python3 python3-venv make git ca-certificates tzdata
[ -n "${NO_CADDY:-}" ] || apt-get install -q -y --no-install-recommends caddy

say "A user of its own"
id -u mentornet >/dev/null 2>&1 ||
	useradd --system --home-dir /var/lib/mentornet --no-create-home --shell /usr/sbin/nologin mentornet

say "The programme"
# Built by root and owned by root: the service can read it and not change it.
make -C "$program" --no-print-directory setup
(cd "$program" && .venv/bin/python -m compileall -q config.py wsgi.py api migrations models network realtime web)

say "Settings"
install -d -m 0750 -o root -g mentornet "$to/etc/mentornet"
if [ ! -e "$to/etc/mentornet/mentornet.env" ]; then
	umask 077
	while IFS= read -r line; do
		case $line in
			MENTORNET_BASE_URL=*) line="MENTORNET_BASE_URL='https://$host'" ;;
			MENTORNET_SMTP_URL=*) line="MENTORNET_SMTP_URL='${SMTP_URL:-}'" ;;
			MENTORNET_MAIL_FROM=*) line="MENTORNET_MAIL_FROM='${MAIL_FROM:-mentorNET <post@$host>}'" ;;
		esac
		printf '%s\n' "$line"
	done <"$here/mentornet.env" >"$to/etc/mentornet/mentornet.env.new"
	chown root:mentornet "$to/etc/mentornet/mentornet.env.new"
	chmod 0640 "$to/etc/mentornet/mentornet.env.new"
	mv "$to/etc/mentornet/mentornet.env.new" "$to/etc/mentornet/mentornet.env"
	umask 022
fi
install -d -m 0700 -o mentornet -g mentornet "$to/var/lib/mentornet" "$to/var/backups/mentornet" \
	"$to/var/backups/mentornet-keys"
install -D -m 0755 "$here/mentornet" "$to/usr/local/bin/mentornet"
for unit in mentornet.service mentornet-backup.service mentornet-backup.timer; do
	install -D -m 0644 "$here/$unit" "$to/etc/systemd/system/$unit"
done

say "The database"
"$command" upgrade

say "Start"
systemctl daemon-reload
systemctl enable mentornet.service mentornet-backup.timer
systemctl restart mentornet.service
systemctl start mentornet-backup.timer
if [ -z "${NO_CADDY:-}" ]; then
	if [ ! -e "$to/etc/caddy/Caddyfile.before-mentornet" ]; then
		[ ! -e "$to/etc/caddy/Caddyfile" ] ||
			cp "$to/etc/caddy/Caddyfile" "$to/etc/caddy/Caddyfile.before-mentornet"
		install -d "$to/etc/caddy"
		sed "s/^mentors\.example /$host /" "$here/Caddyfile" >"$to/etc/caddy/Caddyfile"
		: >>"$to/etc/caddy/Caddyfile.before-mentornet"
	fi
	systemctl enable caddy.service
	systemctl reload-or-restart caddy.service
fi

say "The operator"
if [ ! -e "$to/var/lib/mentornet/operator-made" ]; then
	"$command" create-operator --email "$operator"
	: >"$to/var/lib/mentornet/operator-made"
fi

say "How it is"
systemctl start mentornet-backup.service
"$command" doctor || echo "What is not well stands above, with what to do."
