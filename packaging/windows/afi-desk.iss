; The installer for Windows. Not tried: no Windows was there to try it on.
; Compiled by packaging/installer/windows.py, which defines Version, Source, Out and
; Types, the file with the kinds of files that it opens.

[Setup]
; Never changes: by it an update finds what it replaces.
AppId={{6E2C2C1B-52D0-4B64-8E7F-6F1E3B6B0A11}
AppName=AFI Desk
AppVersion={#Version}
AppPublisher=AFI Desk
; For this user alone: no administrator is asked.
PrivilegesRequired=lowest
DefaultDirName={localappdata}\Programs\AFI Desk
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir={#Out}
OutputBaseFilename=afi-desk-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
SetupIconFile={#Out}\afi-desk.ico
UninstallDisplayIcon={app}\afi-desk.exe
LicenseFile={#Source}\_internal\LICENSE
; A window that runs is asked to close; what it started ends with it.
CloseApplications=yes
#ifdef Signed
SignTool=afi
SignedUninstaller=yes
#endif

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; What the last version brought and this one does not.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\AFI Desk"; Filename: "{app}\afi-desk.exe"

[Registry]
; "Open with" offers AFI Desk for the kinds of files that it reads; what opens them now stays.
Root: HKCU; Subkey: "Software\Classes\Applications\afi-desk.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "AFI Desk"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\Applications\afi-desk.exe\shell\open\command"; ValueType: string; ValueData: """{app}\afi-desk.exe"" ""%1"""
#include Types

[Run]
Filename: "{app}\afi-desk.exe"; Description: "Start AFI Desk"; Flags: nowait postinstall skipifsilent

[Code]
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if (CurUninstallStep = usPostUninstall) and not UninstallSilent then
    MsgBox('AFI Desk is removed. What it stored is kept in ' + ExpandConstant('{localappdata}\afi-desk') + '. Remove that folder to be rid of it.', mbInformation, MB_OK);
end;
