#!/usr/bin/perl

# docs/install.md, followed line by line into a folder: what is installed
# there fits together, and a worker with the user and group of the example
# service is reached by nginx's own.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;

use Gmshoot;

Gmshoot::needs();
plan(skip_all => 'only root can give a process another user') if $> != 0;
plan(skip_all => 'the module is in this nginx') if $ENV{GMS_NGINX};

my $user  = getpwnam('daemon');
my $group = getgrnam('www-data');
plan(skip_all => 'no user daemon or group www-data')
    if !defined $user || !defined $group;

my $repo = $Gmshoot::repo;
my $text = Gmshoot::slurp("$repo/docs/install.md");

my $t = Gmshoot->new;
my $dir = $t->{dir};
my $root = "$dir/root";

# nginx's workers and the lanes must get through the test's own folder.
chmod(0711, $dir);
mkdir($root);

# --- the files

delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES)};
mkdir("$root/etc");
mkdir("$root/etc/nginx");
$t->put('root/etc/nginx/nginx.conf', "# the one before\n");

my ($files) = $text =~ /^## Files\n\n(.*?)\n\n/ms;
for my $line (split(/\n/, $files)) {
    $line =~ s/^ +(?:sudo )?//;
    next if $line eq 'make' || $line eq 'nginx -t';

    my $here = $line;
    $here =~ s{ /etc/}{ $root/etc/}g;
    $here =~ s{^make }{make -s -o all BUILD=$Gmshoot::build DESTDIR=$root };
    is(system("cd $repo && $here > $dir/out 2>&1"), 0, $line)
        or diag(Gmshoot::slurp("$dir/out"));
}

for my $place ($text =~ /^\| `(\/(?:usr|etc)[^`]*)`/mg) {
    ok(-e "$root$place", "$place is there");
}
is(Gmshoot::slurp("$root/etc/nginx/nginx.conf~"), "# the one before\n",
   'what was there before is kept');

my $said = qx($root/usr/local/bin/gmshoot targets --targets \\
              $root/usr/local/share/gmshoot/targets.conf);
like($said, qr/^issf-10m-air-pistol /m, 'the program that was installed runs');

my @pages = map { s{.*/}{}r } grep { -f } glob("$repo/html/*");
is(join(' ', grep { !-r "$root/usr/local/share/gmshoot/html/$_" } @pages), '',
   'every page is installed');

# --- the configuration, with its paths moved into the folder

for my $file ('nginx.conf', 'gmshoot/http.conf', 'gmshoot/site.conf') {
    my $conf = Gmshoot::slurp("$root/etc/nginx/$file");
    for ($conf) {
        s{/usr/local/}{$root/usr/local/}g;
        s{/run/gmshoot/}{$root/run/gmshoot/}g;
        s{/run/nginx\.pid}{$dir/nginx.pid};
        s{/var/log/nginx/error\.log}{$dir/logs/error.log info};
        s{/var/log/nginx/}{$dir/logs/}g;
        s{^worker_processes.*}{worker_processes 2;\ndaemon off;}m;
        s{listen( +)80;}{listen${1}127.0.0.1:$t->{port};};
    }
    like($conf, qr/^user +www-data;/m, 'nginx runs as www-data')
        if $file eq 'nginx.conf';
    $t->put("root/etc/nginx/$file", $conf);
}

no warnings 'redefine';
local *Gmshoot::command = sub {
    my ($self, @more) = @_;
    return ($self->{nginx}, '-p', $dir, '-c', "$root/etc/nginx/nginx.conf",
            @more);
};
use warnings;

my ($status, $nginx) = $t->check;
is($status, 0, 'nginx takes what was installed') or diag($nginx);

# --- the service

my ($unit) = $text =~ /^```ini\n(.*?)^```/ms;
my %service = map { /^(\w+)=(.*)/ ? ($1 => $2) : () } split(/\n/, $unit);

SKIP: {
    skip('no systemd-analyze', 1)
        if system('systemd-analyze --version > /dev/null 2>&1') != 0;
    my $here = $unit =~ s{^(ExecStart=)}{$1$root}mr;
    $t->put('gmshoot.service', $here =~ s/^User=.*/User=daemon/mr);
    my $out = qx(systemd-analyze verify $dir/gmshoot.service 2>&1);
    is(join("\n", grep { /gmshoot\.service/ } split(/\n/, $out)), '',
       'systemd finds nothing to say of the service');
}

is($service{Group}, 'www-data', 'its group is that of nginx');
my ($state, $link) = $service{ExecStart}
    =~ m{^/usr/local/bin/gmshoot worker --state (\S+) --link (\S+)$};
is($state, "/var/lib/$service{StateDirectory}", 'systemd makes its folder');
is($link, "/run/$service{RuntimeDirectory}/link.sock", "and the link's");
like(Gmshoot::slurp("$repo/conf/http.conf"),
     qr/^ *gmshoot_link +\Q$link\E;/m, 'which http.conf names');

# As systemd would: folders of the service's user, group and modes.
for my $folder ([ $state, $service{StateDirectoryMode} ],
                [ $link =~ s{/[^/]+$}{}r, $service{RuntimeDirectoryMode} ]) {
    my ($path, $mode) = @$folder;
    system('mkdir', '-p', "$root$path") == 0 or die $!;
    chown($user, $group, "$root$path");
    chmod(oct $mode, "$root$path");
}

my $worker = fork() // die "fork: $!";
if (!$worker) {
    open(STDERR, '>', "$dir/worker.log") or die $!;
    $) = "$group $group";
    $( = $group;
    ($<, $>) = ($user, $user);
    exec("$root/usr/local/bin/gmshoot", 'worker', '--state', "$root$state",
         '--link', "$root$link") or die $!;
}

END {
    local $?;
    if ($worker) {
        kill('TERM', $worker);
        waitpid($worker, 0);
    }
}

$t->start;
ok($t->link_up, 'nginx reaches the worker')
    or diag($t->log_text, Gmshoot::slurp("$dir/worker.log"));
ok($t->wait_for(sub { $t->get('/readyz')->{status} == 200 }, 'ready', 15),
   'the lanes run');

my @link = stat("$root$link");
is(sprintf('%04o', $link[2] & 07777), '0660', 'the link has mode 0660');
is($link[5], $group, 'and the group www-data');

my $other = fork() // die "fork: $!";
if (!$other) {
    $) = '65534 65534';
    $( = 65534;
    ($<, $>) = (65534 - 1, 65534 - 1);
    exec('test', '-e', "$root$link") or exit(3);
}
waitpid($other, 0);
isnt($?, 0, 'others do not even see it');

is((stat("$root$state"))[2] & 077, 0, 'journals are for the worker alone');

is($t->get('/')->{status}, 200, 'the pages are served');
is($t->get('/openapi.json')->{header}{'content-type'}, 'application/json',
   'and the description of the API');
is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201,
   'a session starts');
is($t->request('DELETE', '/api/lanes/lane1/session')->{status}, 200,
   'and ends');

kill('TERM', $worker);
waitpid($worker, 0);
is($?, 0, 'the worker leaves when it is asked to');
undef $worker;

$t->finish;
