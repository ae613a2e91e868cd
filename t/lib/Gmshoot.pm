# An nginx with the module in a folder of its own, for one test file.
#
#     my $t = Gmshoot->new(ranges => '...', location => '...');
#     my $w = $t->worker;               # the fake worker, on the test's link
#     $t->start;
#     my $s = $t->sse('/api/lanes/lane1/events');
#
# Every test fails on an [alert], a sanitizer's report or a process killed by
# a signal in nginx's log.  GMS_KEEP=1 keeps the folder, GMS_LOG=1 prints the
# log, GMS_DEBUG=1 makes it a debug log.  GMS_NGINX is the full path of an nginx
# that has the module in it, as tools/build-nginx.sh makes one.
package Gmshoot;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use JSON::PP;
use List::Util qw(max);
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot::Stream;
use Gmshoot::Worker;

our $repo  = $ENV{GMS_REPO} || abs_path(dirname(__FILE__) . '/../..');
our $build = $ENV{GMS_BUILD} || "$repo/build";

my $json = JSON::PP->new->allow_nonref;
my $built;

# A tool that is missing is a reason to skip, not to fail.
sub needs {
    my $module = $ENV{GMS_MODULE} || "$build/ngx_http_gmshoot_module.so";

    plan(skip_all => 'no fake_worker, run make test')
        if !-x "$build/t/lib/fake_worker";
    return if $ENV{GMS_NGINX};
    plan(skip_all => "no module at $module") if !-e $module;
    plan(skip_all => 'no nginx') if !grep { -x "$_/nginx" }
        split(/:/, $ENV{PATH}), '/usr/sbin';
    return;
}

# What nginx says of itself: its version, as 1022001, and whether it was built
# with sanitizers, which keep memory for themselves.
sub version {
    my ($major, $minor, $patch) = built() =~ m{nginx/(\d+)\.(\d+)\.(\d+)};
    return $major * 1_000_000 + $minor * 1000 + $patch;
}

sub sanitized { return built() =~ /-fsanitize=/; }

sub built {
    my $nginx = $ENV{GMS_NGINX} || 'nginx';
    return $built ||= qx("$nginx" -V 2>&1);
}

# The lines of a server for HTTP/2 by prior knowledge.
sub listen_http2 {
    my ($port) = @_;

    return version() < 1_025_001 ? "listen 127.0.0.1:$port http2;"
        : "listen 127.0.0.1:$port; http2 on;";
}

sub new {
    my ($class, %arg) = @_;

    needs();

    my $dir = tempdir('gmshoot-XXXXXX', TMPDIR => 1,
                      CLEANUP => !$ENV{GMS_KEEP});
    my $self = bless {
        dir     => $dir,
        port    => free_port(),
        nginx   => $ENV{GMS_NGINX} || 'nginx',
        module  => $ENV{GMS_MODULE} || "$build/ngx_http_gmshoot_module.so",
        workers => 1,
        allowed => qr/(?!)/,
        %arg,
    }, $class;

    diag("kept: $dir") if $ENV{GMS_KEEP};
    mkdir "$dir/$_" for qw(logs tmp html);
    $self->write_conf;

    return $self;
}

sub free_port {
    my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        or die "no free port: $!";
    return $s->sockport;
}

# A range that is as the grammar wants it.
sub range {
    my ($name, %key) = @_;

    my %line = (
        title   => qq{"The lane $name"},
        camera  => 'simulate: seed=1 fps=15',
        target  => 'issf-10m-air-pistol',
        caliber => '4.5mm',
        distance => '10m',
        %key,
    );

    return "gmshoot_range $name {\n"
        . join('', map { defined $line{$_} ? "    $_ $line{$_};\n" : '' }
                   sort keys %line)
        . "}\n";
}

sub write_conf {
    my ($self, %arg) = @_;

    $self->{$_} = $arg{$_} for keys %arg;

    my $ranges = defined $self->{ranges} ? $self->{ranges} : range('lane1');
    $self->put('ranges.conf', $ranges);

    my $conf = defined $self->{conf} ? $self->{conf} : <<'CONF';
%%GLOBALS%%

http {
    %%HTTP%%

    gmshoot_link  %%DIR%%/link.sock;
    include       %%REPO%%/conf/targets.conf;
    include       %%REPO%%/conf/courses.conf;
    include       %%DIR%%/ranges.conf;

    server {
        listen  127.0.0.1:%%PORT%% %%LISTEN%%;
        %%SERVER%%

        location /api/ {
            gmshoot_api;
            %%LOCATION%%
        }

        location = /healthz { gmshoot_status health; }
        location = /readyz  { gmshoot_status ready; }
        location = /metrics { gmshoot_status metrics; }
    }
}
CONF

    my $level = $ENV{GMS_DEBUG} ? 'debug' : 'info';
    my $user  = $> == 0 ? 'user ' . ($self->{user} || 'root') . ';' : '';
    my %is = (
        GLOBALS  => "$user\ndaemon off;\nworker_processes %%WORKERS%%;\n"
            . "pid %%DIR%%/nginx.pid;\n"
            . "error_log %%DIR%%/logs/error.log $level;\n"
            . ($ENV{GMS_NGINX} ? '' : "load_module %%MODULE%%;\n")
            . "events { worker_connections %%CONNECTIONS%%; }\n",
        HTTP => ($self->{logged} ? '' : "access_log off;\n")
            . join('', map { "    ${_}_temp_path %%DIR%%/tmp/$_;\n" }
                       qw(client_body proxy fastcgi uwsgi scgi))
            . '    ' . ($self->{http} || ''),
        LISTEN   => $self->{listen} || '',
        SERVER   => $self->{server} || '',
        LOCATION => $self->{location} || '',
        WORKERS  => $self->{workers},
        CONNECTIONS => $self->{connections} || 512,
        MODULE   => $self->{module},
        PORT     => $self->{port},
        REPO     => $repo,
        DIR      => $self->{dir},
    );

    1 while $conf =~ s/%%(\w+)%%/defined $is{$1} ? $is{$1} : die "?? $1"/ge;

    if ($self->{edit}) {    # what no other argument can say: changes $_
        $self->{edit}->() for $conf;
    }

    return $self->put('nginx.conf', $conf);
}

sub put {
    my ($self, $name, $text) = @_;

    open(my $fh, '>', "$self->{dir}/$name") or die "$name: $!";
    print {$fh} $text;
    close($fh) or die "$name: $!";
    return "$self->{dir}/$name";
}

# The first line of the module's conf that holds a text, for file:line.
sub line_of {
    my ($self, $name, $text) = @_;

    open(my $fh, '<', "$self->{dir}/$name") or die "$name: $!";
    while (my $line = <$fh>) {
        return $. if index($line, $text) >= 0;
    }
    return 0;
}

sub command {
    my ($self, @more) = @_;

    return ($self->{nginx}, '-p', $self->{dir}, '-c',
            "$self->{dir}/nginx.conf", @more);
}

# nginx -t: its exit status and all that it says.
sub check {
    my ($self) = @_;

    my $out = "$self->{dir}/check.out";
    # nginx does not free the pool of a configuration that it refuses
    local $ENV{ASAN_OPTIONS} = ($ENV{ASAN_OPTIONS} || '') . ':detect_leaks=0';

    unlink($out);
    my $pid = $self->spawn($out, $self->command('-e', 'stderr', '-t'));

    waitpid($pid, 0);
    return ($? >> 8, slurp($out));
}

sub spawn {
    my ($self, $out, @command) = @_;

    my $pid = fork();
    die "fork: $!" if !defined $pid;
    return $pid if $pid;

    # where log_text finds what the sanitizers report
    my $options = 'log_path=' . $self->reports . ':print_suppressions=0';
    my $asan = $ENV{ASAN_OPTIONS} || '';
    $ENV{ASAN_OPTIONS} = "$options:abort_on_error=1:$asan";
    $ENV{LSAN_OPTIONS} = "$options:suppressions=$repo/t/lib/lsan.supp";
    $ENV{UBSAN_OPTIONS} = "$options:print_stacktrace=1:"
        . "suppressions=$repo/t/lib/ubsan.supp";

    open(STDOUT, '>>', $out) or die $!;
    open(STDERR, '>&', \*STDOUT) or die $!;
    exec(@command) or die "$command[0]: $!";
}

# Reports begin so; with GMS_REPORTS in a folder that outlives the test.
sub reports {
    my ($self) = @_;

    return "$self->{dir}/logs/sanitizer" if !$ENV{GMS_REPORTS};
    return "$ENV{GMS_REPORTS}/" . ($0 =~ s{.*/}{}r) . '.'
        . ($self->{dir} =~ s{.*/}{}r);
}

sub slurp {
    my ($name) = @_;

    open(my $fh, '<', $name) or return '';
    local $/ = undef;
    return scalar(<$fh>) // '';     # of a process that has just gone
}

sub log_text {
    my ($self) = @_;
    return join('', map { slurp($_) } "$self->{dir}/logs/error.log",
        "$self->{dir}/nginx.out", glob($self->reports . '.*'));
}

sub start {
    my ($self) = @_;

    $self->{pid} = $self->spawn("$self->{dir}/nginx.out",
        $self->command('-e', "$self->{dir}/logs/error.log"));

    $self->wait_for(sub {
        -s "$self->{dir}/nginx.pid"
            && IO::Socket::INET->new(PeerAddr => "127.0.0.1:$self->{port}");
    }, 'nginx to listen') or die 'nginx did not start: ' . $self->log_text;

    return $self;
}

# What the code gives once it is true; undef: in vain, for ten seconds at least,
# since others may use the machine.
sub wait_for {
    my ($self, $code, $what, $timeout) = @_;

    # sanitizers make a picture several times the work
    my $until = time + max($timeout || 0, 10) * (sanitized() ? 6 : 1);

    while (time < $until) {
        my $got = $code->();
        return $got if $got;
        sleep(0.02);
    }

    diag("waited in vain for $what") if $what;
    return;
}

sub workers_started {
    my ($self) = @_;
    my $n = () = $self->log_text =~ /start worker process \d+/g;
    return $n;
}

# HUP; returns when the new workers run (the old ones may still).
sub reload {
    my ($self) = @_;

    my $n = $self->workers_started;
    kill('HUP', $self->{pid});
    return $self->wait_for(
        sub { $self->workers_started >= $n + $self->{workers} },
        'new nginx workers');
}

sub worker_pids {
    my ($self) = @_;

    my $children = slurp("/proc/$self->{pid}/task/$self->{pid}/children");
    return split(' ', $children);
}

sub stop {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    my $took = time;

    kill('QUIT', $pid);
    my $gone = $self->wait_for(sub { waitpid($pid, WNOHANG) != 0 }, undef, 8);
    if (!$gone) {
        kill('KILL', $pid);
        waitpid($pid, 0);
    }
    ok($gone, 'nginx leaves when it is asked to');

    return time - $took;
}

sub worker {
    my ($self) = @_;
    return $self->{fake} ||= Gmshoot::Worker->new(
        "$build/t/lib/fake_worker", "$self->{dir}/link.sock");
}

sub link_up {
    my ($self) = @_;
    return $self->wait_for(
        sub { ($self->get_json('/api/lanes')->{link} || '') eq 'up' },
        'the link to be up');
}

# A whole answer: {status, header => {lower case}, body}.
sub request {
    my ($self, $method, $path, $header, $body) = @_;

    my $s = Gmshoot::Stream->new($self->{port}, $method, $path, $header,
                                 $body);
    return $s->whole;
}

sub get {
    my ($self, $path, $header) = @_;
    return $self->request('GET', $path, $header);
}

sub get_json {
    my ($self, $path) = @_;
    return eval { $json->decode($self->get($path)->{body}) } || {};
}

sub json {
    my ($self, $method, $path, $data, $header) = @_;

    my $r = $self->request($method, $path,
        { 'Content-Type' => 'application/json', %{ $header || {} } },
        defined $data ? $json->encode($data) : undef);
    $r->{json} = eval { $json->decode($r->{body}) };
    return $r;
}

# As json, for a command that may take longer than its deadline where the
# machine is busy: then it is asked again, with its key, as clients are told to.
sub insist {
    my ($self, $method, $path, $data) = @_;

    my $key = { 'Idempotency-Key' => 'insist-' . ++$self->{insisted} };
    my $r;
    $self->wait_for(sub {
        $r = $self->json($method, $path, $data, $key);
        return $r->{status} != 504;
    }, "$method $path", 30);
    return $r;
}

sub sse {
    my ($self, $path, $header) = @_;
    return Gmshoot::Stream->new($self->{port}, 'GET', $path, $header);
}

# A problem document with this status and type.
sub is_problem {
    my ($self, $r, $status, $type, $name) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $doc = eval { $json->decode($r->{body}) } || {};

    is("$r->{status} $r->{header}{'content-type'} "
        . ($doc->{status} || '') . ' ' . ($doc->{type} || ''),
       "$status application/problem+json $status /docs/problems#$type",
       $name);
    return $doc;
}

sub finish {
    my ($self) = @_;

    $self->stop;
    if (my $w = delete $self->{fake}) {
        $w->end;
    }

    my @bad = grep { !/$self->{allowed}/ }
        grep { /\[(?:alert|emerg)\]|Sanitizer|runtime error|exited on signal/ }
        split(/\n/, $self->log_text);
    is(join("\n", @bad), '', 'nothing alarming in the log of nginx');
    diag($self->log_text) if $ENV{GMS_LOG};

    done_testing();
    return;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    if (my $pid = delete $self->{pid}) {
        kill('TERM', $pid);
        waitpid($pid, 0);
    }
    return;
}

1;
